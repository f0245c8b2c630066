"""JupyterLab's settings: loopback only, opens START_HERE, asks no other host, shows the service."""

import json
import sys
from pathlib import Path

from traitlets.config import PyFileConfigLoader

ROOT = Path(__file__).parents[3]
LAB = ROOT / "course" / "lab"


def config(name="jupyter_server_config.py"):
    return PyFileConfigLoader(name, path=str(LAB)).load_config()


def test_it_listens_on_loopback_and_opens_start_here():
    server = config().ServerApp

    assert server.ip == "127.0.0.1"
    assert server.root_dir == str(ROOT / "work")
    assert server.default_url == "/lab/tree/START_HERE.ipynb"
    assert "token" not in config().IdentityProvider


def test_it_asks_no_other_host():
    lab = config().LabApp
    overrides = json.loads((LAB / "settings" / "overrides.json").read_text(encoding="utf-8"))

    assert lab.news_url is None
    assert lab.extension_manager == "readonly"
    assert lab.check_for_updates_class == "jupyterlab.NeverCheckForUpdate"
    assert overrides["@jupyterlab/apputils-extension:notification"]["fetchNews"] == "false"


def test_the_tile_leads_to_the_running_service(monkeypatch):
    monkeypatch.setenv("COURSE_SERVICE_PORT", "8003")
    entry = config().ServerProxy.servers["movie-service"]

    assert entry["port"] == 8003
    assert "command" not in entry
    assert entry["launcher_entry"]["path_info"] == "movie-service/docs"
    assert entry["launcher_entry"]["category"] == "Course"


def test_without_a_running_service_the_tile_starts_one(monkeypatch):
    monkeypatch.delenv("COURSE_SERVICE_PORT", raising=False)
    entry = config().ServerProxy.servers["movie-service"]

    assert entry["command"] == [sys.executable, "-m", "movie_service"]
    assert entry["environment"]["MOVIE_SERVICE_PORT"] == "{port}"
    assert entry["environment"]["MOVIE_SERVICE_ROOT_PATH"] == "/movie-service"


def test_a_trainee_can_validate_and_hand_in_but_not_mark():
    page = json.loads((LAB / "settings" / "page_config.json").read_text(encoding="utf-8"))
    disabled = set(page["disabledExtensions"])

    assert {"@jupyter/nbgrader:formgrader", "@jupyter/nbgrader:create-assignment"} <= disabled
    assert not disabled & {"@jupyter/nbgrader:validate-assignment", "@jupyter/nbgrader:assignment-list"}


def test_nbgrader_exchanges_inside_the_clone():
    assert config("nbgrader_config.py").Exchange.root == str(ROOT / "build" / "exchange")
