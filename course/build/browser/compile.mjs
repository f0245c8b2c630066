// Compiles an archive's modules with the Python that the page runs, so that a reader's browser need not: node PYODIDE IN OUT.
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";

const [folder, source, target] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(`${folder}/pyodide.mjs`).href);
const python = await loadPyodide({ indexURL: `${folder}/` });
python.FS.writeFile("/in.zip", readFileSync(source));
python.runPython(`
import io, pathlib, py_compile, zipfile

UNCHECKED = py_compile.PycInvalidationMode.UNCHECKED_HASH
with zipfile.ZipFile("/in.zip") as before, zipfile.ZipFile("/out.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=9) as after:
    before.extractall("/here")
    for name in before.namelist():
        path = pathlib.PurePosixPath(name)
        after.writestr(zipfile.ZipInfo(name), before.read(name), zipfile.ZIP_DEFLATED)
        if path.suffix == ".py":
            made = py_compile.compile(f"/here/{name}", doraise=True, invalidation_mode=UNCHECKED)
            below = pathlib.PurePosixPath(made).relative_to("/here").as_posix()
            after.writestr(zipfile.ZipInfo(below), pathlib.Path(made).read_bytes(), zipfile.ZIP_DEFLATED)
`);
writeFileSync(target, python.FS.readFile("/out.zip"));
