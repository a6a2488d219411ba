"""An export put into a database of Prefect, so that a real server answers with its records.

    python3 prefect_fill.py EXPORT.zip OUT.db

What `tests/fixtures/make/prefect_scale.py` makes is meant: flows, flow runs, task runs, their states, and logs. The rows
are written through Prefect's own tables, which know how each type of value is kept.
"""

import datetime
import json
import shutil
import sys
import uuid
import zipfile
from pathlib import Path

import prefect_alone


def kept(column, value):
    """A value of an answer, as the column takes it."""
    from prefect.server.schemas.states import StateType
    from prefect.server.utilities.database import UUID, Timestamp
    from sqlalchemy import Enum, Interval

    if value is None:
        return None
    if isinstance(column.type, Timestamp):
        return datetime.datetime.fromisoformat(value)
    if isinstance(column.type, UUID):
        return uuid.UUID(value)
    if isinstance(column.type, Interval):
        return datetime.timedelta(seconds=value)
    if isinstance(column.type, Enum):
        return StateType(value)
    return value


def main(export, out):
    prefect_alone.settle(Path(out).resolve().parent, **prefect_alone.SERVER)
    import sqlalchemy
    from prefect.server.database import orm_models

    with zipfile.ZipFile(export) as archive:
        read = {name: json.loads(archive.read(f"{name}.json")) for name in (
            "flows", "flow_runs", "task_runs", "flow_run_states", "task_run_states", "logs")}
    runs = {name: [record | {"state_timestamp": record["state"] and record["state"]["timestamp"]} for record in read[name]]
            for name in ("flow_runs", "task_runs")}
    states = {kind: [state | {f"{kind}_id": run, "created": state["timestamp"], "updated": state["timestamp"]}
                     for run, history in read[f"{kind}_states"].items() for state in history]
              for kind in ("flow_run", "task_run")}
    shutil.copyfile(prefect_alone.blank(), out)
    # Without a check of keys that lead elsewhere: a run and its last state name each other.
    engine = sqlalchemy.create_engine(f"sqlite:///{out}")
    with engine.begin() as connection:
        for model, records in (
            (orm_models.Flow, read["flows"]), (orm_models.FlowRun, runs["flow_runs"]), (orm_models.TaskRun, runs["task_runs"]),
            (orm_models.FlowRunState, states["flow_run"]), (orm_models.TaskRunState, states["task_run"]),
            (orm_models.Log, read["logs"]),
        ):
            columns = [column for column in model.__table__.columns if records and column.name in records[0]]
            rows = [{column.name: kept(column, record[column.name]) for column in columns} for record in records]
            if rows:
                connection.execute(sqlalchemy.insert(model.__table__), rows)
    engine.dispose()


prefect_alone.with_prefect()
main(*sys.argv[1:])
