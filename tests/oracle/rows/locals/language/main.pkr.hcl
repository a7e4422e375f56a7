variable "nothing" {
  type    = string
  default = null
}
# Spec 2: each row of the language once.
locals {
  list   = ["a", "b", "c",]
  object = { a = 1, "b c" = 2, (upper("d")) : 3, 5 = 4, "k${1}" = 5 }
  nested = [{ n = [1, 2], m = { x = "y" } }, { n = [3], m = { x = "z" } }]

  dash-name      = 4
  subtraction    = local.dash-name - 1
  precedence     = 1 + 2 * 3 == 7 && !false || false
  division       = 5 / 2
  modulo         = -5 % 3
  comparison     = "10" > 9
  equality       = [1 == "1", 1 == 1.0, [] == [], null == null, [1] == [1]]
  conditional    = true ? 1 : "a"
  conditional_2  = false ? [1] : [1, 2]
  big            = 12345678901234567890 + 1
  fraction       = 0.1 + 0.2
  small          = "${1e-7}"
  large          = "${1e21}"
  unwrapped      = "${local.list}"
  escapes        = "a\tb\n\"\\ $${x} %%{y} $5 100% \u00e9"
  trimmed        = "a ${~ 1 ~} b"
  directive      = "%{ for k, v in local.object }${k}=${v};%{ endfor }%{ if true }y%{ else }n%{ endif }"
  heredoc        = <<EOT
  a \n "b" $${c} ${1 + 1}
EOT
  indented       = <<-EOT
    a
      b ${2}

    c
  EOT
  attribute      = local.nested[0].m.x
  index          = local.list[length(local.list) - 1]
  text_index     = local.list["1"]
  legacy_index   = local.list.1
  key            = local.object["b c"]
  splat          = local.nested[*].n[0]
  legacy_splat   = local.nested.*.m.x
  splat_single   = "x"[*]
  splat_null     = var.nothing[*]
  for_list       = [for i, v in local.list : "${i}${v}" if v != "b"]
  for_object     = { for k, v in local.object : upper(k) => v }
  for_group      = { for x in ["aa", "ab", "b"] : substr(x, 0, 1) => x... }
  for_map        = [for k, v in { b = 1, a = 2 } : k]
  expanded       = max([1, 5, 2]...)
  logical        = "true" && true
}
