#!/usr/bin/env python3
"""Whether exports are valid by the standard's own schemas.

  validate_export.py SCHEMAS FILE…

SCHEMAS is a folder with service_with_definitions.json and datapackage.json of
HSDS 3.1. A .json or .ndjson file is judged by the JSON Schema (the object that
its x_handrail_type names, else a service), by Debian's python3-jsonschema. A
.zip is judged as a tabular package: by its own descriptor, and by the
standard's, whose columns, types, words, required values, unique ids and
references its tables must keep.

What is private stays unsaid, even where the standard requires it: of a service
or location that is flagged as confidential no missing value is a mistake.

Prints what is wrong, one line per kind of mistake with how often it occurs and
where first, and exits with 1 then; 0 where everything is valid.
"""
import csv
import io
import json
import pathlib
import re
import sys
import zipfile
from collections import Counter

import jsonschema

csv.field_size_limit(1 << 26)


class Mistakes:
    def __init__(self):
        self.counts = Counter()
        self.first = {}

    def add(self, kind, where):
        self.counts[kind] += 1
        self.first.setdefault(kind, where)


def is_private(value):
    """Whether an object, or one inside it, keeps its place private."""
    if isinstance(value, list):
        return any(map(is_private, value))
    if not isinstance(value, dict):
        return False
    flags = value.get("x_handrail", {}).get("visibility", {})
    return flags.get("confidentialLocation", False) or any(
        map(is_private, value.values()))


def check_objects(schema, objects, mistakes):
    validators = {}
    for number, element in enumerate(objects, 1):
        kind = element.pop("x_handrail_type", "service")
        if kind not in validators:
            root = dict(schema)
            if kind != "service":
                root = {
                    "$ref": "#/definitions/" + kind,
                    "definitions": schema["definitions"],
                }
            validators[kind] = jsonschema.Draft202012Validator(root)
        private = is_private(element)
        for error in validators[kind].iter_errors(element):
            if private and error.validator == "required":
                continue
            path = re.sub(r"\d+", "[]", "/".join(map(str, error.absolute_path)))
            what = "%s %s: %s" % (kind, path, error.validator)
            if error.validator == "required":
                what += " " + error.message.split("'")[1]
            mistakes.add(what, "object %d" % number)


DATE = re.compile(r"\d{4}-\d\d-\d\d$")
TIME = re.compile(r"\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$")
DATETIME = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?(Z|[+-]\d\d:\d\d)?$")
NUMBER = re.compile(r"-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$")


def is_typed(kind, cell):
    if kind in ("number",):
        return bool(NUMBER.match(cell))
    if kind == "integer":
        return bool(re.match(r"-?\d+$", cell))
    if kind == "date":
        return bool(DATE.match(cell))
    if kind == "time":
        return bool(TIME.match(cell))
    if kind == "datetime":
        return bool(DATETIME.match(cell))
    if kind == "object":
        try:
            return isinstance(json.loads(cell), dict)
        except ValueError:
            return False
    return True


def private_ids(rows):
    """Ids of rows that are flagged."""
    return {
        row["id"] for _, row in rows
        if is_private({"x_handrail": json.loads(row.get("x_handrail") or "{}")})
    }


def check_table(resource, rows, ids, private, mistakes, whose):
    name = resource["name"]
    for field in resource["schema"]["fields"]:
        column = field["name"]
        limits = field.get("constraints", {})
        seen = set()
        for line, row in rows:
            cell = row.get(column, "")
            where = "%s row %d" % (name, line)
            what = "%s %s.%s: " % (whose, name, column)
            if not cell:
                if limits.get("required") and private.isdisjoint(row.values()):
                    mistakes.add(what + "required", where)
                continue
            if not is_typed(field.get("type", "string"), cell):
                mistakes.add(what + "no " + field["type"], where)
            if "enum" in limits and cell not in limits["enum"]:
                mistakes.add(what + "enum", where)
            key = resource["schema"].get("primaryKey") == column
            if key and cell in seen:
                mistakes.add(what + "unique", where)
            seen.add(cell)
    for reference in resource["schema"].get("foreignKeys", []):
        column = reference["fields"]
        to = reference["reference"]["resource"]
        for line, row in rows:
            cell = row.get(column, "")
            if cell and cell not in ids.get(to, ()):
                mistakes.add("%s %s.%s: refers to no %s" % (whose, name, column, to),
                             "%s row %d" % (name, line))


def check_package(standard, path, mistakes):
    archive = zipfile.ZipFile(path)
    own = json.loads(archive.read("datapackage.json"))
    by_name = {r["name"]: r for r in standard["resources"]}
    promised = {r["path"] for r in own["resources"]} | {"datapackage.json"}
    if promised != set(archive.namelist()):
        mistakes.add("package: other files than the descriptor has", str(path))
    tables, ids, private = {}, {}, set()
    for resource in own["resources"]:
        text = archive.read(resource["path"]).decode("utf-8")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = list(enumerate(reader, 2))
        header = list(reader.fieldnames)
        if header != [f["name"] for f in resource["schema"]["fields"]]:
            mistakes.add("package: other columns than the descriptor has",
                         resource["path"])
        tables[resource["name"]] = (resource, header, rows)
        ids[resource["name"]] = {row["id"] for _, row in rows}
        private |= private_ids(rows)
    for name, (resource, header, rows) in tables.items():
        check_table(resource, rows, ids, private, mistakes, "own")
        if name not in by_name:
            mistakes.add("package: no table of the standard", name)
            continue
        expected = by_name[name]
        if expected["path"] != resource["path"]:
            mistakes.add("package: path of " + name, resource["path"])
        if expected["schema"].get("primaryKey") != resource["schema"].get("primaryKey"):
            mistakes.add("package: primary key of " + name, resource["path"])
        known = {f["name"] for f in expected["schema"]["fields"]}
        for column in known - set(header):
            mistakes.add("package: column missing", name + "." + column)
        # The standard's descriptor leaves out what stands in its schema for
        # these two, and new columns of JSON that it has not followed yet.
        if name not in ("unit", "service_capacity"):
            for column in set(header) - known:
                if not column.startswith("x_handrail"):
                    mistakes.add("package: column of nobody", name + "." + column)
        check_table(expected, rows, ids, private, mistakes, "standard")


def main(arguments):
    schemas = pathlib.Path(arguments[0])
    schema = json.loads((schemas / "service_with_definitions.json").read_text())
    standard = json.loads((schemas / "datapackage.json").read_text())
    mistakes = Mistakes()
    for path in map(pathlib.Path, arguments[1:]):
        if path.suffix == ".zip":
            check_package(standard, path, mistakes)
        elif path.suffix == ".ndjson":
            with path.open(encoding="utf-8") as lines:
                check_objects(schema, map(json.loads, lines), mistakes)
        else:
            check_objects(schema, json.loads(path.read_text("utf-8")), mistakes)
    for kind, count in sorted(mistakes.counts.items()):
        print("%s (%d times, first: %s)" % (kind, count, mistakes.first[kind]))
    return 1 if mistakes.counts else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
