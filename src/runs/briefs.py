"""A page for each account to talk to this week, beside the report."""

import shutil
from collections.abc import Iterator
from urllib.parse import quote

import pandas as pd

from leadline.decisions.csv_safe import slugs_of
from leadline.features.happenings import TYPES, happenings
from leadline.features.usage_users import key_people
from leadline.features.weekly_use import weekly_use
from leadline.models.promotion import published
from leadline.reports.account_brief import render_brief
from leadline.reports.brief_input import WEEKS, BriefInput, modules_of, people_of
from leadline.reports.report_input import is_listed
from leadline.runs.handed_on import published_before
from leadline.runs.job import Job
from leadline.runs.registry import champions, forward_test
from leadline.runs.stepping_in import SteppingIn
from leadline.runs.this_week import at, playbook, with_words

FOLDER = "accounts"
YEAR = pd.Timedelta(days=364)
SAID = {"account_id": "str", "as_of": "datetime64[us]", "p_churn": "float64", "reason": "str", "listed": "bool"}


def briefs_written(job: Job) -> dict[str, str]:
    """Write accounts/NAME.html for each account to talk to, in place of any there were; by account_id, where each lies
    relative to the report, as a link says it. Accounts held out are to be left alone, and get none."""
    folder = job.file(FOLDER)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    talk = _to_talk_to(pd.read_parquet(job.file("scored_accounts.parquet")))
    names = page_names(talk)
    for brief in briefs(job, talk) if len(talk) else ():
        (folder / names[brief.account["account_id"]]).write_text(render_brief(brief), encoding="utf-8")
    return {account: f"{FOLDER}/{quote(name)}" for account, name in names.items()}


def page_names(scored: pd.DataFrame) -> dict[str, str]:
    """The file of each account's page, by account_id."""
    return {account: f"{name}.html" for account, name in slugs_of(sorted(_to_talk_to(scored)["account_id"])).items()}


def _to_talk_to(scored: pd.DataFrame) -> pd.DataFrame:
    return scored[is_listed(scored) & scored["arm"].ne("holdout")]


def briefs(job: Job, talk: pd.DataFrame) -> Iterator[BriefInput]:
    """What each account's page is made from, in the order of `talk` (rows of scored_accounts)."""
    ids = talk["account_id"].tolist()
    use, key = weekly_use(job.tables, job.as_of, ids, WEEKS), key_people(job.tables, job.as_of, ids)
    said = _said(job, talk)
    happened, history = _happened(job, ids, said), _history(job, said)
    names = job.experiment.report.people == "names"
    for account in _rows(job, talk).to_dict("records"):
        own = {id(f): f[f["account_id"] == account["account_id"]] for f in (use, key, happened, history)}
        yield BriefInput(
            experiment=job.experiment,
            as_of=job.as_of,
            account={str(name): value for name, value in account.items()},
            modules=modules_of(own[id(use)]),
            people=people_of(own[id(use)], own[id(key)], names),
            happenings=own[id(happened)].reset_index(drop=True),
            history=own[id(history)].reset_index(drop=True),
        )


def _rows(job: Job, talk: pd.DataFrame) -> pd.DataFrame:
    """The list with the words of its plays, segment and term end."""
    context = at(job.week.context, job.as_of)[["account_id", "segment", "term_end"]]
    return with_words(job, talk, playbook(job)).merge(context, on="account_id", how="left")


def _said(job: Job, talk: pd.DataFrame) -> pd.DataFrame:
    """What lists published for earlier dates said of the accounts, and what this one says: account_id, as_of, p_churn,
    reason and whether it was listed."""
    tables = [pd.read_parquet(f / "scored_accounts.parquet") for f in published_before(job.experiment, job.as_of)]
    rows = pd.concat([*tables, talk], ignore_index=True)
    rows = rows[rows["account_id"].isin(talk["account_id"])]
    return rows.assign(reason=rows["driver_1_sentence"].fillna(""), listed=is_listed(rows))[[*SAID]].astype(SAID)


def _history(job: Job, said: pd.DataFrame) -> pd.DataFrame:
    """account_id, as_of, p_churn, reason and whether it was published; before the first list there was, what the
    forward test of the model in use predicted."""
    test = forward_test(champions(job)["churn"], "churn")
    rows = published(test.predictions, test.verdict.kind)
    rows = rows[(rows["as_of"] < said["as_of"].min()) & (rows["as_of"] >= job.as_of - YEAR)]
    tested = rows.assign(p_churn=rows["p"], reason="", published=False)
    every = pd.concat([tested, said.assign(published=True)], ignore_index=True)
    columns = ["account_id", "as_of", "p_churn", "reason", "published"]
    return every[columns].sort_values(["account_id", "as_of"], kind="stable", ignore_index=True)


def _happened(job: Job, ids: list[str], said: pd.DataFrame) -> pd.DataFrame:
    """Contracts, tickets and surveys, when the account was listed, and when the team stepped in."""
    told = SteppingIn(job).told
    told = told[told["account_id"].isin(ids) & (told["listed_as_of"] >= job.as_of - YEAR)]
    lists = told.rename(columns={"listed_as_of": "as_of"})[["account_id", "as_of"]]
    dates = said.loc[said["listed"] & (said["as_of"] >= job.as_of - YEAR), ["account_id", "as_of"]]
    listed = pd.concat([lists, dates]).drop_duplicates().rename(columns={"as_of": "start"})
    begun = told.dropna(subset=["started_at"]).rename(columns={"started_at": "start", "closed_at": "end"})
    plays, language = playbook(job).plays, job.experiment.language
    names = [getattr(plays[key].name, language) if key in plays else key for key in begun["play"]]
    parts = (
        happenings(job.tables, job.as_of, ids, YEAR.days),
        _shaped(listed, "listing"),
        _shaped(begun.assign(name=pd.Series(names, begun.index, dtype="str")), "intervention"),
    )
    return pd.concat(parts, ignore_index=True).sort_values(["account_id", "start", "kind"], kind="stable")


def _shaped(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Rows as happenings of one kind."""
    return rows.assign(kind=kind).reindex(columns=list(TYPES)).astype(TYPES)
