import pytest

from tests.sources.shop import Shop


@pytest.fixture(params=[1, 2], ids=["1 thread", "2 threads"])
def shop(tmp_path, request):
    return Shop(tmp_path, request.param)
