#include "lint/testing/lint_fixture.hpp"

#include <gtest/gtest.h>

namespace kiln::lint {
namespace {

struct TemplateCase {
    const char* rule;
    const char* text;
    std::vector<std::string> found;  ///< "LINE text under the caret"
};

// The body of an amazon-ebs source; {{BUILD}} stands for what a build block needs.
std::string ebs(const std::string& body, const std::string& steps = "") {
    return "source \"amazon-ebs\" \"x\" {\n" + body +
           "\n}\nbuild {\n  sources = [\"amazon-ebs.x\"]\n" + steps + "\n}\n";
}

TEST(TemplateRules, LookAtAmazonSources) {
    const TemplateCase cases[] = {
        {"source-ami-and-filter",
         "source_ami = \"ami-1\"\nsource_ami_filter {\n owners = [\"a\"]\n}",
         {"2 source_ami = \"ami-1\""}},
        {"source-ami-and-filter",
         "source_ami = null\nsource_ami_filter {\n owners = [\"a\"]\n}",
         {"2 source_ami = null"}},
        {"source-ami-and-filter", "source_ami = \"ami-1\"", {}},
        {"source-ami-and-filter",
         "source_ami = null\ndynamic \"source_ami_filter\" {\n for_each = [1]\n content {\n owners "
         "= "
         "[\"a\"]\n }\n}",
         {}},
        {"source-ami-and-filter",
         "source_ami = \"ami-1\"\ndynamic \"source_ami_filter\" {\n for_each = [1]\n content {\n "
         "owners = [\"a\"]\n }\n}",
         {"2 source_ami = \"ami-1\""}},
        {"source-ami-and-filter",
         "source_ami = \"\"\nsource_ami_filter {\n owners = [\"a\"]\n}",
         {}},
        {"filter-owners", "source_ami_filter {\n owners = [\"a\"]\n}", {}},
        {"filter-most-recent",
         "source_ami_filter {\n filters = { name = \"a-*\" }\n}",
         {"3 \"a-*\""}},
        {"filter-most-recent",
         "source_ami_filter {\n filters = { name = \"a-*\" }\n most_recent = true\n}",
         {}},
        {"filter-most-recent", "source_ami_filter {\n filters = { name = \"a\" }\n}", {}},
        {"volume-left-behind",
         "launch_block_device_mappings {\n device_name = \"/dev/sde\"\n}",
         {"3 \"/dev/sde\""}},
        {"volume-left-behind",
         "launch_block_device_mappings {\n device_name = \"/dev/sde\"\n delete_on_termination = "
         "false\n}",
         {"4 false"}},
        {"volume-left-behind",
         "launch_block_device_mappings {\n device_name = \"/dev/sde\"\n delete_on_termination = "
         "true\n}\nlaunch_block_device_mappings {\n virtual_name = \"ephemeral0\"\n}\n"
         "ami_block_device_mappings {\n device_name = \"a\"\n}",
         {}},
        {"open-security-group",
         "temporary_security_group_source_cidrs = [\"10.0.0.0/8\", \"0.0.0.0/0\"]",
         {"2 \"0.0.0.0/0\""}},
        {"open-security-group",
         "temporary_security_group_source_cidrs = [\"0.0.0.0/0\"]\nsecurity_group_id = \"sg-1\"",
         {}},
        {"default-security-group", "region = \"x\"", {"1 source \"amazon-ebs\" \"x\""}},
        {"default-security-group", "temporary_security_group_source_public_ip = true", {}},
        {"default-security-group", "ssh_interface = \"session_manager\"", {}},
        {"public-image", "ami_groups = [\"all\"]", {"2 \"all\""}},
        {"public-image", "ami_users = [\"all\"]", {}},
        {"hard-coded-ami", "source_ami = \"ami-01234567\"", {"2 \"ami-01234567\""}},
        {"hard-coded-ami", "source_ami = lower(\"ami-x\")", {}},
        {"hard-coded-region", "region = \"eu-west-1\"", {"2 \"eu-west-1\""}},
        {"hard-coded-region", "region = source.name", {}},
        {"plain-password", "ssh_password = \"correct horse\"", {"2 \"correct horse\""}},
        {"plain-password", "ssh_password = source.name", {}},
        {"deprecated-option", "ssh_wait_timeout = \"5m\"", {"2 ssh_wait_timeout"}},
        {"deprecated-option", "ssh_timeout = \"5m\"", {}},
        {"engine-in-function", "ami_name = upper(\"a{{timestamp}}\")", {"2 \"a{{timestamp}}\""}},
        {"engine-in-function", "ami_name = format(\"%s{{timestamp}}\", \"a\")", {}},
        {"engine-in-function", "ami_name = replace(\"a\", \"{{\", \"x\")", {}},
        {"missing-file", "user_data_file = \"u.sh\"", {"2 \"u.sh\""}},
        {"secret-in-text", "access_key = \"AKIAQ3EGRIRN5WXZ7TLA\"", {"2 AKIAQ3EGRIRN5WXZ7TLA"}},
        {"secret-in-text", "access_key = \"AKIAIOSFODNN7EXAMPLE\"", {}},
        {"secret-in-text",
         "secret_key = \"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\"",
         {"2 q1w2e3r4t5y6u7i8o9p0a1s2d3f4g5h6j7k8l9z0"}},
        {"secret-in-text", "secret_key = \"short\"", {}},
        {"sudo-in-user-data", "user_data = \"#!/bin/sh\\nsudo a\"", {"2 \"#!/bin/sh\\nsudo a\""}},
        {"sudo-in-user-data", "user_data = \"#!/bin/sh\\nsudo -u x a; pseudo\"", {}},
        {"reboot-after-join",
         "user_data = <<E\n#!/bin/bash\n/etc/eks/bootstrap.sh c\nreboot\nE\n",
         {"5 reboot"}},
        {"reboot-after-join", "user_data = <<E\n#!/bin/bash\nreboot\nnodeadm init\nE\n", {}},
        {"arguments-need-reboot",
         "user_data = <<E\n#!/bin/bash\ngrubby --args isolcpus=2\nE\n",
         {"4 grubby --args isolcpus=2"}},
        {"arguments-need-reboot",
         "user_data = <<E\n#!/bin/bash\ngrubby --args isolcpus=2\nreboot\nE\n",
         {}},
    };
    for (const TemplateCase& c : cases) {
        SCOPED_TRACE(std::string(c.rule) + ": " + c.text);
        std::vector<std::string> wanted;
        for (const std::string& place : c.found) {
            wanted.push_back("./t.pkr.hcl:" + place);
        }
        EXPECT_EQ(places_of(c.rule, {{"./t.pkr.hcl", ebs(c.text)}}), wanted);
    }
}

TEST(TemplateRules, PointAtAFilterWithoutOwners) {
    const auto places =
        places_of("filter-owners", {{"./t.pkr.hcl", ebs("source_ami_filter {\n filters = {}\n}")}});
    EXPECT_EQ(places.size(), 1U);
}

TEST(TemplateRules, LookAtProvisioners) {
    const TemplateCase cases[] = {
        {"reboot-disconnect", "inline = [\"reboot\"]", {"7 reboot"}},
        {"reboot-disconnect", "inline = [\"reboot\"]\nexpect_disconnect = true", {}},
        {"reboot-disconnect", "inline = [\"reboot\"]\nvalid_exit_codes = [0, 2300218]", {}},
        {"no-errexit", "inline = [\"a\", \"b\"]", {}},
        {"no-errexit", "inline = [\"a\", \"b\"]\ninline_shebang = \"/bin/bash\"", {"7 a"}},
        {"no-errexit", "inline = [\"a\", \"b\"]\ninline_shebang = \"/bin/bash -ex\"", {}},
        {"no-errexit", "inline = [\"#!/bin/bash\", \"a\", \"b\"]", {"7 #!/bin/bash"}},
        {"no-errexit",
         "script = \"./scripts/noe.sh\"\nexecute_command = \"bash -e {{.Path}}\"",
         {}},
        {"no-errexit", "inline = [\"a\", \"b\"]\ninline_shebang = \"/usr/bin/python3\"", {}},
        {"missing-file", "script = \"gone.sh\"", {"7 \"gone.sh\""}},
        {"missing-file", "scripts = [\"./scripts/noe.sh\", \"gone.sh\"]", {"7 \"gone.sh\""}},
        {"missing-file", "script = \"/etc/${build.ID}.sh\"", {}},
        {"cwd-path", "script = \"scripts/noe.sh\"", {"7 \"scripts/noe.sh\""}},
        {"cwd-path", "script = \"${path.root}/scripts/noe.sh\"", {}},
        {"execute-command-vars",
         "env = { A = 1 }\ninline = [\"a\"]\nexecute_command = \"sh {{.Path}}\"",
         {"9 \"sh {{.Path}}\""}},
        {"execute-command-vars",
         "env = { A = 1 }\ninline = [\"a\"]\nexecute_command = \"{{.Vars}} sudo {{.Path}}\"",
         {"9 \"{{.Vars}} sudo {{.Path}}\""}},
        {"execute-command-vars",
         "inline = [\"a\"]\nexecute_command = \"sudo sh -c '{{ .Vars }} {{ .Path }}'\"",
         {"8 \"sudo sh -c '{{ .Vars }} {{ .Path }}'\""}},
        {"execute-command-vars",
         "env = { A = 1 }\ninline = [\"a\"]\nexecute_command = \"sudo sh -c \\\"{{ .Vars }} "
         "x\\\"\"",
         {"9 \"sudo sh -c \\\"{{ .Vars }} x\\\"\""}},
        {"execute-command-vars",
         "env = { A = 1 }\ninline = [\"a\"]\nexecute_command = \"{{.Vars}} sudo -E {{.Path}}\"",
         {}},
        {"execute-command-vars", "inline = [\"a\"]\nexecute_command = \"sudo {{.Path}}\"", {}},
        {"apt-noninteractive", "inline = [\"apt-get install -y x\"]", {"7 apt-get"}},
        {"apt-noninteractive",
         "inline = [\"apt-get install -y x\"]\nenvironment_vars = [\"DEBIAN_FRONTEND=a\"]",
         {}},
        {"sleep-for-boot", "inline = [\"sleep 30\", \"a\"]", {"7 sleep"}},
        {"sleep-for-boot", "inline = [\"sleep 3\", \"cloud-init status\"]", {}},
        {"unchecked-download", "inline = <<E\ncurl -o x https://h/x\nE\n", {"8 https://h/x"}},
    };
    for (const TemplateCase& c : cases) {
        SCOPED_TRACE(std::string(c.rule) + ": " + c.text);
        std::vector<std::string> wanted;
        for (const std::string& place : c.found) {
            wanted.push_back("./t.pkr.hcl:" + place);
        }
        const std::string step = "  provisioner \"shell\" {\n" + std::string(c.text) + "\n  }\n";
        EXPECT_EQ(
            places_of(
                c.rule,
                {{"./t.pkr.hcl", ebs("", step)},
                 {"./scripts/noe.sh", "#!/bin/bash\na\nb\n"},
                 {"scripts/noe.sh", "#!/bin/bash\na\nb\n"}}
            ),
            wanted
        );
    }
}

std::vector<std::string> on_distribution(
    const std::string& rule, const std::string& source, const std::string& command
) {
    return places_of(
        rule,
        {{"./t.pkr.hcl",
          ebs(source, "  provisioner \"shell\" {\n    inline = [\"" + command + "\"]\n  }")}}
    );
}

TEST(TemplateRules, KnowWhatABuildStartsFrom) {
    const std::string ubuntu = "source_ami_filter {\n owners = [\"099720109477\"]\n}";
    const std::string al2023 =
        "source_ami_filter {\n filters = { name = \"amazon-eks-node-al2023-x86_64-*\" }\n}";
    const std::string al2 = "source_ami_filter {\n filters = { name = \"amzn2-ami-*\" }\n}";
    using Places = std::vector<std::string>;
    EXPECT_EQ(
        on_distribution("wrong-package-manager", ubuntu, "yum install -y x"),
        Places{"./t.pkr.hcl:9 yum"}
    );
    EXPECT_EQ(
        on_distribution("wrong-package-manager", al2023, "apt-get update"),
        Places{"./t.pkr.hcl:9 apt-get"}
    );
    EXPECT_EQ(on_distribution("wrong-package-manager", ubuntu, "apt-get update"), Places{});
    EXPECT_EQ(
        on_distribution("wrong-package-manager", ubuntu, "if x; then yum install -y x; fi"),
        Places{}
    );
    EXPECT_EQ(
        on_distribution("wrong-package-manager", "ssh_username = \"ec2-user\"", "yum x"), Places{}
    );
    EXPECT_EQ(
        on_distribution(
            "wrong-package-manager", ubuntu + "\nssh_username = \"centos\"", "yum install x"
        ),
        Places{}
    );
    const std::string grub = "sed -i s/a/b/ /etc/default/grub; grub2-mkconfig -o x";
    EXPECT_EQ(
        on_distribution("grub-boot-entries", al2023, grub),
        Places{"./t.pkr.hcl:9 sed -i s/a/b/ /etc/default/grub"}
    );
    EXPECT_EQ(on_distribution("grub-boot-entries", al2023, grub + "; grubby --args a"), Places{});
    EXPECT_EQ(on_distribution("grub-boot-entries", al2, grub), Places{});
    EXPECT_EQ(
        on_distribution("eth-names", al2023, "ip link set eth1 up"), Places{"./t.pkr.hcl:9 eth1"}
    );
    EXPECT_EQ(on_distribution("eth-names", al2023, "ip link set veth1 up; ethtool x"), Places{});
    EXPECT_EQ(on_distribution("eth-names", al2, "ip link set eth1 up"), Places{});
}

TEST(TemplateRules, LookAtVariables) {
    EXPECT_EQ(
        places_of(
            "secret-not-sensitive",
            {{"./t.pkr.hcl",
              "variable \"db_password\" { default = \"\" }\n"
              "variable \"token_ttl\" { default = \"5\" }\n"
              "variable \"secret\" {\n default = \"\"\n sensitive = true\n}\n"
              "variable \"use_token\" {\n type = bool\n default = true\n}\n"}}
        ),
        std::vector<std::string>{"./t.pkr.hcl:1 variable \"db_password\""}
    );
}

TEST(TemplateRules, SeeWhatIsUploadedWithoutAFinalNewline) {
    EXPECT_EQ(
        places_of(
            "append-no-newline",
            {{"./t.pkr.hcl",
              ebs("",
                  "  provisioner \"file\" {\n source = \"files/\"\n destination = \"/tmp/w\"\n}\n"
                  "  provisioner \"shell\" {\n"
                  "    inline = [\"cat /tmp/w/a.conf >>/etc/x\", \"cat /tmp/w/b.conf >>/etc/x\"]\n"
                  "  }\n")},
             {"files/a.conf", "a=1"},
             {"files/b.conf", "b=1\n"}}
        ),
        std::vector<std::string>{"./t.pkr.hcl:11 /tmp/w/a.conf"}
    );
}

TEST(TemplateRules, SayWhereAMissingFileIs) {
    Choice choice;
    choice.only = {"missing-file"};
    const LintFixture fixture(
        {{"sub/t.pkr.hcl",
          ebs("", "provisioner \"shell\" { scripts = [\"a.sh\", \"sub/setpu.sh\"] }")},
         {"sub/a.sh", ""},
         {"sub/setup.sh", ""}},
        choice,
        "sub"
    );
    ASSERT_EQ(fixture.result.findings.size(), 2U);
    EXPECT_EQ(
        fixture.result.findings[0].diagnostic.hint,
        "paths start from the working directory; it stands beside the template: ${path.root}/a.sh"
    );
    EXPECT_EQ(fixture.result.findings[1].diagnostic.hint, "did you mean \"setup.sh\"?");
}

}  // namespace
}  // namespace kiln::lint
