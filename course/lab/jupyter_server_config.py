"""JupyterLab for the course: opens START_HERE, shows the sample service, asks no other host for anything.

Found through JUPYTER_CONFIG_PATH, which `make start` sets to this folder.
"""

import os
import sys
from pathlib import Path

COURSE = Path(__file__).resolve().parents[2]
SERVICE = "movie-service"

c = get_config()  # type: ignore[name-defined]  # noqa: F821

c.ServerApp.ip = "127.0.0.1"
c.ServerApp.open_browser = False
c.ServerApp.root_dir = str(COURSE / "work")
# A Dockerfile has a .dockerignore beside it: its link must open. Lab's list of files hides such names all the same.
c.ContentsManager.allow_hidden = True
c.ServerApp.default_url = "/lab/tree/START_HERE.ipynb"
c.LabApp.default_url = "/lab/tree/START_HERE.ipynb"
# Containers and classroom machines often have root as the only user.
c.ServerApp.allow_root = hasattr(os, "geteuid") and os.geteuid() == 0
# A terminal of Lab would otherwise be a login shell, whose profile sets PATH anew and hides .venv/bin.
_shell = os.environ.get("SHELL") or "sh"
_settings = ["--rcfile", str(COURSE / "course" / "lab" / "bashrc")] if Path(_shell).name == "bash" else []
c.ServerApp.terminado_settings = {"shell_command": [_shell, *_settings]}

c.LabApp.app_settings_dir = str(COURSE / "course" / "lab" / "settings")
c.LabApp.custom_css = True
c.LabApp.extension_manager = "readonly"
c.LabApp.news_url = None
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"

c.ServerApp.jpserver_extensions = {
    # It looks for language servers that nobody here installed, by running node; notebooks here are .ipynb files.
    "jupyter_lsp": False,
    "jupyterlab_jupytext": False,
    # What makes and marks assignments is the instructor's; a trainee validates and hands in.
    "nbgrader.server_extensions.formgrader": False,
    "nbgrader.server_extensions.course_list": False,
}

_tile = {"title": "Sample service", "path_info": f"{SERVICE}/docs", "category": "Course"}
_running = os.environ.get("COURSE_SERVICE_PORT")
_entry = {"launcher_entry": _tile, "new_browser_tab": False, "timeout": 60}
if _running:
    _entry["port"] = int(_running)
else:
    _entry["command"] = [sys.executable, "-m", "movie_service"]
    _entry["environment"] = {
        "MOVIE_SERVICE_HOST": "127.0.0.1",
        "MOVIE_SERVICE_PORT": "{port}",
        "MOVIE_SERVICE_MODEL_DIR": str(COURSE / "build" / "model"),
        "MOVIE_SERVICE_ROOT_PATH": f"/{SERVICE}",
    }
c.ServerProxy.servers = {SERVICE: _entry}
