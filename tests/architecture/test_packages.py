"""What the program reads at run time travels with it."""

import tomllib
from pathlib import Path

PROJECT = Path(__file__).parents[2]


def test_every_file_beside_the_code_is_package_data() -> None:
    settings = tomllib.loads((PROJECT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    kinds = settings["package-data"]["*"]
    packages = [name.rstrip("*") for name in settings["packages"]["find"]["include"]]
    files = [file for name in packages for file in (PROJECT / name).rglob("*") if file.is_file()]
    data = [file for file in files if file.suffix != ".py" and "__pycache__" not in file.parts]
    assert {file.name for file in data} >= {"checks.sql", "currencies.csv", "zh.json", "0001_core.sql", "default.json"}
    assert [str(file) for file in data if f"*{file.suffix}" not in kinds] == []
