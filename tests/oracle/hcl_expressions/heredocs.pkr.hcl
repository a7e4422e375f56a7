# Every local must come out the same in Packer 1.6.6 and in kiln.
locals {
  list = ["a", "b"]
  map  = { a = 1 }
}

locals {
  plain = <<EOT
a \n "b" $${c} %%{d}
  ${1}

EOT

  nothing = <<EOT
EOT

  unindented = <<-EOT
      a
    ${1}
     b
  EOT

  flush_interpolation_first = <<-EOT
    a
${1}
  EOT

  tabs = <<-EOT
	a
		b
	EOT

  blank_lines = <<-EOT
      a

     
       b
EOT

  stripped = <<EOT
a

  %{~ if true ~}

  b
%{~ endif ~}

   c
EOT

  stripped_and_unindented = <<-EOT
    a
      %{ for x in ["p", "q"] ~}
    
      server ${x}
    %{ endfor ~}
      c
    EOT

  stripped_indentation = <<-EOT
    a
    %{~ if true ~}
    b
    %{~ endif ~}
  EOT

  joined_lines = <<-EOT
      a ${~1~}
    c
      ${"x"}
  EOT

  directives = <<-EOT
    %{if true}
    x
    %{else}
    y
    %{endif}
  EOT

  unicode_spaces = <<-EOT
    a
      b
  EOT

  in_a_list = [<<EOT
one
EOT
    ,
    2,
  ]

  in_a_call = upper(<<EOT
one
EOT
  )

  over_lines = (1
    + 2
  )

  quoted_over_lines = "${
    upper("a")
  }"

  object = {
    a = 1
    b = 2, c : 3

    "d e" = [
      4,
    ]
  }

  by_for = {
    for k, v in { a = 1 } :
    k => v
  }
}
