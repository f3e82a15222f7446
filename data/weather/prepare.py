#!/usr/bin/env python3
"""Rebuild the weather files of this folder from their source packages.

    python prepare.py            # downloads the two pinned packages with pip
    python prepare.py DIR        # uses packages already downloaded to DIR
    python prepare.py --check      # compare with the files here, write nothing

Three files are copied bit by bit. One (Moffat County, 30 min) loses the
columns that no model here reads; every value kept is the text of the source.
Only the Python standard library is used.
"""

import csv
import hashlib
import pathlib
import subprocess
import sys
import tarfile
import tempfile
import zipfile

HERE = pathlib.Path(__file__).resolve().parent

# package file -> (pip arguments, sha256 of the package)
PACKAGES = {
    "hopp-3.4.2-py3-none-any.whl": (
        ["hopp==3.4.2", "--only-binary", ":all:"],
        "a0033d7ac665ed6663525a37f42ee6caf6eb9e7c2051b8415ab005127d325ad2",
    ),
    "pvlib-0.16.1.tar.gz": (
        ["pvlib==0.16.1", "--no-binary", ":all:"],
        "58c435f93be516bcedf53dc3a49b2079e9e00af373f5c052cb7cf8d2b973ce62",
    ),
}

# Columns kept of the Moffat County file, in the order of the source.
MOFFAT_COLUMNS = [
    "Year", "Month", "Day", "Hour", "Minute", "DHI", "GHI", "DNI",
    "Solar Zenith Angle", "Surface Albedo", "Wind Speed",
    "Precipitable Water", "Relative Humidity", "Temperature", "Pressure",
]


def keep(raw):
    return raw


def moffat(raw):
    """Site rows 1-2 untouched; data table reduced to MOFFAT_COLUMNS."""
    lines = raw.decode("ascii").splitlines()
    rows = list(csv.reader(lines[2:]))
    index = [rows[0].index(name) for name in MOFFAT_COLUMNS]
    out = lines[:2] + [",".join(row[i] for i in index) for row in rows]
    return ("\n".join(out) + "\n").encode("ascii")


# file here -> (package file, path inside, sha256 of that member, change)
FILES = {
    "daggett-ca-nsrdb-psm3-tmy.csv": (
        "hopp-3.4.2-py3-none-any.whl",
        "hopp/simulation/resource_files/solar/34.865371_-116.783023_psmv3_60_tmy.csv",
        "c7777c3770445b6b7f3a09dbda6aa08b7a2fd041ecf4e7d347363eeac74b7239",
        keep,
    ),
    "greensboro-nc-tmy3.csv": (
        "pvlib-0.16.1.tar.gz",
        "pvlib-0.16.1/pvlib/data/723170TYA.CSV",
        "1e96f84638ce98e6b29002bc45a27aa69bb29b0ed0368d3b52b7b1f81610c6c9",
        keep,
    ),
    "moffat-co-nsrdb-psm3-2017-30min.csv": (
        "pvlib-0.16.1.tar.gz",
        "pvlib-0.16.1/tests/data/test_read_psm3.csv",
        "fdd36976acac2a885ea81867962eaf73764c7ed66c731f699d4d29fab862b564",
        moffat,
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


def main(args):
    check = "--check" in args
    dirs = [a for a in args if a != "--check"]
    with tempfile.TemporaryDirectory() as tmp:
        folder = pathlib.Path(dirs[0] if dirs else tmp)
        for name, (pip_args, digest) in PACKAGES.items():
            if not dirs:
                subprocess.run(
                    [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps",
                     "--dest", str(folder), *pip_args],
                    check=True,
                )
            expect(name, (folder / name).read_bytes(), digest)
        failed = False
        for name, (package, path, digest, change) in FILES.items():
            raw = member(folder / package, path)
            expect(path, raw, digest)
            data = change(raw)
            target = HERE / name
            if not check:
                target.write_bytes(data)
            same = target.exists() and target.read_bytes() == data
            failed |= not same
            print(f"{'ok  ' if same else 'DIFF'} {name} {len(data)} bytes {sha256(data)}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main(sys.argv[1:])
