# Spec 3: families of functions; the table hcl_expressions/functions.txt has them one by one.
locals {
  names   = ["web", "db", ""]
  strings = [chomp("a\n"), format("%03d|%-4s|%q", 7, "a", "b"), indent(2, "a\nb"), title("a-b c"), trim("?a?", "?")]
  regexes = [regex_replace("2020-01-02T03:04:05Z", "[- TZ:]", ""), replace("a.b", ".", "-"), split(",", "a,,b")]
  numbers = [abs(-1), ceil(1.1), floor(-1.5), log(8, 2), pow(2, 3), signum(-2), parseint("ff", 16), max(1, "3")]
  lists   = [compact(local.names), concat([1], ["a"]), distinct(["a", "a"]), flatten([[1], [[2]]]), reverse([1, 2]), slice(["a", "b", "c"], 1, 2), sort(["b", "a"]), chunklist([1, 2, 3], 2), range(1, 10, 4), element(["a", "b"], 3)]
  maps    = [keys({ b = 1, a = 2 }), values({ b = 1, a = 2 }), lookup({ a = 1 }, "b", "c"), merge({ a = 1 }, { b = "x" }), zipmap(["a"], [1]), contains(["a"], "a"), coalesce("", "x")]
  sets    = [setunion(["a"], ["b"]), setintersection(["a", "b"], ["b"]), setproduct(["a"], ["b", "c"])]
  coded   = [base64encode("x"), base64decode("eA=="), jsonencode({ b = [1, null], a = "<" }), jsondecode("{\"a\":[1]}"), urlencode("a b"), csvdecode("a,b\n1,2"), yamldecode("a: [1, x]")]
  yaml    = yamlencode({ a = [1, "x"], b = { c = true } })
  hashes  = [md5("x"), sha1("x"), sha256("x"), sha512("x"), uuidv5("dns", "example.com")]
  cidrs   = [cidrhost("10.0.0.0/24", 5), cidrnetmask("10.0.0.0/20"), cidrsubnet("10.0.0.0/16", 8, 2), cidrsubnets("10.0.0.0/16", 4, 8)]
  times   = [formatdate("YYYY-MM-DD hh:mm", "2020-01-02T03:04:05Z"), timeadd("2020-01-02T03:04:05Z", "1h30m")]
  files   = [fileexists("main.pkr.hcl"), fileset(".", "*.txt"), file("words.txt"), basename("/a/b.c"), dirname("/a/b.c"), pathexpand("/x")]
  types   = [convert("1", number), convert(["b", "a"], set(string)), try([][9], "none"), can([1][0])]
}
