"""What others wrote lies in the package as they published it."""

import tomllib
from hashlib import sha256

from outsidein.web.site import STATIC

VENDOR = STATIC / "vendor"


def test_every_vendored_file_is_the_one_whose_hash_is_recorded():
    records = list(tomllib.loads((VENDOR / "vendored.toml").read_text()).values())
    there = {path.name for path in VENDOR.iterdir()} - {"vendored.toml"}
    licences = {record["licence_file"] for record in records}
    assert there == {record["file"] for record in records} | licences
    for record in records:
        assert sha256((VENDOR / record["file"]).read_bytes()).hexdigest() == record["sha256"]
        assert record["version"]
