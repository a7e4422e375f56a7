"""Checks kiln's bills with spdx-tools and cyclonedx-python-lib, and the packages in them with dpkg-query.

The image is a folder with this machine's own dpkg database, which has what no made-up one would.
"""

import hashlib
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

from cyclonedx.model.bom import Bom
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from packageurl import PackageURL
from spdx_tools.spdx.model import ExternalPackageRefCategory
from spdx_tools.spdx.parser.parse_anything import parse_file
from spdx_tools.spdx.validation.document_validator import validate_full_spdx_document

DATABASE = pathlib.Path("/var/lib/dpkg")


def make_tree(tree):
    for folder in ("etc", "usr/lib", "var/lib/dpkg/info"):
        (tree / folder).mkdir(parents=True)
    shutil.copy("/usr/lib/os-release", tree / "etc/os-release")
    shutil.copy(DATABASE / "status", tree / "var/lib/dpkg/status")
    for path in DATABASE.glob("info/lib*.list"):
        shutil.copy(path, tree / "var/lib/dpkg/info")
    (tree / "etc/näme with spaces").write_text("x")
    (tree / "etc/empty").touch()


def installed(tree):
    form = "${db:Status-Status} ${Package} ${Version} ${Architecture}\n"
    command = ["dpkg-query", "--admindir", str(tree / "var/lib/dpkg"), "-W", "-f", form]
    lines = subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()
    return sorted(tuple(line.split()[1:]) for line in lines if line.split()[0] not in ("config-files", "not-installed"))


def purl_package(text):
    purl = PackageURL.from_string(text)
    assert (purl.type, purl.namespace) == ("deb", "debian"), text
    return purl.name, purl.version, purl.qualifiers["arch"]


def check_spdx(path, tree):
    document = parse_file(str(path))
    problems = validate_full_spdx_document(document)
    assert not problems, [problem.validation_message for problem in problems[:5]]
    packages = [package for package in document.packages if package.spdx_id != "SPDXRef-Image"]
    found = []
    for package in packages:
        (reference,) = package.external_references
        assert reference.category == ExternalPackageRefCategory.PACKAGE_MANAGER
        name, version, architecture = purl_package(reference.locator)
        assert (name, version) == (package.name, package.version)
        found.append((name, version, architecture))
    assert sorted(found) == installed(tree), "the SPDX bill and dpkg-query differ"
    digests = {}
    for file in document.files:
        digests[file.name] = {sum.algorithm.name: sum.value for sum in file.checksums}
    for name in ("etc/os-release", "etc/näme with spaces", "etc/empty", "var/lib/dpkg/status"):
        content = (tree / name).read_bytes()
        want = {"SHA1": hashlib.sha1(content).hexdigest(), "SHA256": hashlib.sha256(content).hexdigest()}
        assert digests["./" + name] == want, name
    assert len(digests) == sum(1 for path in tree.rglob("*") if path.is_file())
    return len(found)


def check_cyclonedx(path, tree):
    text = path.read_text(encoding="utf-8")
    problem = JsonStrictValidator(SchemaVersion.V1_6).validate_str(text)
    assert problem is None, problem
    bom = Bom.from_json(json.loads(text))
    assert bom.validate()
    packages = [purl_package(str(part.purl)) for part in bom.components if part.purl]
    assert sorted(packages) == installed(tree), "the CycloneDX bill and dpkg-query differ"
    files = [part.name for part in bom.components if not part.purl]
    assert "/etc/näme with spaces" in files
    assert re.fullmatch(r"[0-9a-f-]{14}5[0-9a-f]{3}-[89ab][0-9a-f-]{16}", str(bom.serial_number)), bom.serial_number


def main():
    kiln = sys.argv[1]
    if not (DATABASE / "status").exists():
        print("skipped: this machine has no dpkg database")
        return 77
    with tempfile.TemporaryDirectory(prefix="kiln-sbom-test-") as folder:
        tree = pathlib.Path(folder) / "tree"
        make_tree(tree)
        spdx = pathlib.Path(folder) / "bill.spdx.json"
        cyclonedx = pathlib.Path(folder) / "bill.cdx.json"
        subprocess.run([kiln, "sbom", "-out", spdx, tree], check=True)
        subprocess.run([kiln, "sbom", "-format", "cyclonedx", "-out", cyclonedx, tree], check=True)
        count = check_spdx(spdx, tree)
        check_cyclonedx(cyclonedx, tree)
    print(f"{count} packages read alike by spdx-tools, cyclonedx-python-lib and dpkg-query")
    return 0


if __name__ == "__main__":
    sys.exit(main())
