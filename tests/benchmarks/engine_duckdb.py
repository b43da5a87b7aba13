"""The competitor: the same task in DuckDB, written by hand, with the same outcome rules.

Repeats and conflicts by id, then id, then reference, then account + amount + time mutually unique,
then interchangeable sets, then what is left; payouts by the one business day of the task. It knows
this task (one day, every id in one namespace, every reference one word); the engine does not.
"""

from pathlib import Path

import duckdb

WINDOW_S = 600

# Ids that stand twice are few: they are found by one aggregate, and only their rows are ranked.
_BOOK = """
create temp table {book}0 as
select row_number() over () as row, record_id, provider, account,
       provider_transaction_id as id, amount_vnd as amount, direction, transaction_type as type,
       occurred_at as told_at, business_date as day, reference {fee}
from read_parquet('{path}') where status = 'succeeded';
create temp table {book}_again as
select provider, account, id, type, min(amount) <> max(amount) as torn
from {book}0 where id is not null group by provider, account, id, type having count(*) > 1;
create temp table {book}_ranked as
select row, case
    when torn then 'conflict'
    when row_number() over (
        partition by provider, account, id, type order by told_at, record_id
    ) > 1 then 'duplicate' end as outcome
from {book}0 join {book}_again using (provider, account, id, type);
create temp table {book} as
select b.*, coalesce(r.outcome, 'open') as outcome from {book}0 b left join {book}_ranked r using (row);
"""

_JOIN = """
create temp table p_{name} as
select row, provider, account, direction, {key}, amount from payments
where outcome = 'open' and {key} is not null
  and not exists (select 1 from {claimed} c where c.p = payments.row);
create temp table s_{name} as
select row, provider, account, direction, {key}, amount from statement
where outcome = 'open' and {key} is not null
  and not exists (select 1 from {claimed} c where c.s = statement.row);
create temp table crowd_{name} as
select provider, account, direction, {key} from p_{name} group by all having count(*) > 1
union
select provider, account, direction, {key} from s_{name} group by all having count(*) > 1;
create temp table {name} as
select p.row as p, s.row as s, s.amount - p.amount as difference, '{name}' as rule
from p_{name} p join s_{name} s using (provider, account, direction, {key})
anti join crowd_{name} using (provider, account, direction, {key});
"""

# A payment that carries an id and a line that carries another one are two movements, and where both
# books keep the same time, a time that is far off speaks against a fit. Sets are the components of
# what fits: the day, or the stretch of it that the window connects, paired in order of time.
_WINDOW = """
create temp table left_p as
select * from payments where outcome = 'open' and row not in (select p from claimed);
create temp table left_s as
select * from statement where outcome = 'open' and row not in (select s from claimed);
create temp table shared_ids as
select distinct p.provider, p.account from by_id join payments p on p.row = by_id.p;
create temp table same_clock as
select p.provider, p.account
from claimed c join payments p on p.row = c.p join statement s on s.row = c.s
group by all
having sum(case when abs(epoch(p.told_at) - epoch(s.told_at)) <= {window} then 1 else -1 end) > 0;
create temp table fits as
select p.row as p, s.row as s, abs(epoch(p.told_at) - epoch(s.told_at)) <= {window} as near
from left_p p join left_s s using (provider, account, direction, amount)
where (p.id is null or s.id is null
       or (p.provider, p.account) not in (select provider, account from shared_ids))
  and (near or (p.day = s.day
                and (p.provider, p.account) not in (select provider, account from same_clock)));
create temp table by_window as
select p, s from fits where near
qualify count(*) over (partition by p) = 1 and count(*) over (partition by s) = 1;
create temp table open_fits as
select * from fits where p not in (select p from by_window) and s not in (select s from by_window);
create temp table members as
select 'p' as side, row, provider, account, direction, amount, day, epoch(told_at) as t,
       (provider, account) in (select provider, account from same_clock) as clock
from left_p where row in (select p from open_fits)
union all
select 's', row, provider, account, direction, amount, day, epoch(told_at),
       (provider, account) in (select provider, account from same_clock)
from left_s where row in (select s from open_fits);
create temp table stretches as
with seen as (
    select *,
        max(case side when 'p' then t end) over before as last_p,
        max(case side when 's' then t end) over before as last_s,
        min(case side when 'p' then t end) over after as next_p,
        min(case side when 's' then t end) over after as next_s
    from members
    window before as (partition by provider, account, direction, amount, day
                      order by t, side, row rows between unbounded preceding and 1 preceding),
           after as (partition by provider, account, direction, amount, day
                     order by t, side, row rows between current row and unbounded following)
)
select *, sum(case when not clock then 0
                   when coalesce(next_s - last_p <= {window}, false) then 0
                   when coalesce(next_p - last_s <= {window}, false) then 0
                   else 1 end)
          over (partition by provider, account, direction, amount, day order by t, side, row)
          as stretch
from seen;
create temp table ranked as
select *, row_number() over (
    partition by provider, account, direction, amount, day, stretch, side order by t, row
) as place from stretches;
create temp table sets as
select provider, account, direction, amount, day, stretch
from ranked group by all
having count(*) filter (side = 'p') = count(*) filter (side = 's');
create temp table broken as
select distinct provider, account, direction, amount, day, stretch
from ranked p join ranked s using (provider, account, direction, amount, day, stretch, place)
where p.side = 'p' and s.side = 's' and p.clock and abs(p.t - s.t) > {window};
create temp table class_p as
select row from ranked semi join sets using (provider, account, direction, amount, day, stretch)
anti join broken using (provider, account, direction, amount, day, stretch) where side = 'p';
create temp table class_s as
select row from ranked semi join sets using (provider, account, direction, amount, day, stretch)
anti join broken using (provider, account, direction, amount, day, stretch) where side = 's';
"""

_OUTCOMES = """
create temp table outcomes as
select 'payments' as book, p.record_id, 'B' as leg,
       case when p.outcome <> 'open' then p.outcome
            when c.difference = 0 then 'matched'
            when c.difference is not null then 'matched_with_difference'
            when w.s is not null then 'matched'
            when k.row is not null then 'matched_in_class'
            when f.p is not null then 'ambiguous'
            else 'missing_in_statement' end as outcome,
       coalesce(c.rule, case when w.s is not null then 'by_window' end) as rule,
       coalesce(sc.record_id, sw.record_id) as counterpart_id,
       coalesce(c.difference, 0) as difference_vnd
from payments p
left join claimed c on c.p = p.row left join statement sc on sc.row = c.s
left join by_window w on w.p = p.row left join statement sw on sw.row = w.s
left join class_p k on k.row = p.row
left join (select distinct p from open_fits) f on f.p = p.row
union all
select 'statement', s.record_id, 'B',
       case when s.outcome <> 'open' then s.outcome
            when c.difference = 0 then 'matched'
            when c.difference is not null then 'matched_with_difference'
            when w.p is not null then 'matched'
            when k.row is not null then 'matched_in_class'
            when f.s is not null then 'ambiguous'
            else 'missing_in_payments' end,
       coalesce(c.rule, case when w.p is not null then 'by_window' end),
       coalesce(pc.record_id, pw.record_id), coalesce(c.difference, 0)
from statement s
left join claimed c on c.s = s.row left join payments pc on pc.row = c.p
left join by_window w on w.s = s.row left join payments pw on pw.row = w.p
left join class_s k on k.row = s.row
left join (select distinct s from open_fits) f on f.s = s.row;
"""

_PAYOUTS = """
create temp table due as
select provider, account, day,
       sum((case direction when 'debit' then -1 else 1 end) * amount - coalesce(fee, 0))::bigint
       as net
from statement where outcome = 'open' group by all having net <> 0;
create temp table paid as
select o.record_id, o.amount_vnd - d.net as difference, d.provider, d.account, d.day,
       case when o.amount_vnd = d.net then 'paid' when o.amount_vnd < d.net then 'short'
            else 'over' end as outcome
from read_parquet('{payouts}') o
join due d on d.provider = o.provider and d.account = o.account and d.day + 1 = o.arrived_on;
insert into outcomes
select 'payouts', record_id, 'C', outcome, 'cut_off_run', null, difference from paid
union all
select 'statement', s.record_id, 'C',
       case when s.outcome <> 'open' then s.outcome
            when p.outcome = 'paid' then 'matched'
            when p.outcome is not null then 'matched_with_difference'
            when d.net is null then 'matched' else 'missing' end,
       'cut_off_run', p.record_id, 0
from statement s
left join due d on d.provider = s.provider and d.account = s.account and d.day = s.day
left join paid p on p.provider = s.provider and p.account = s.account and p.day = s.day;
"""


def reconcile_in_duckdb(folder: Path, out: Path, threads: int) -> dict[str, dict[str, int]]:
    """Write outcomes of the task in ``folder``; return their counts by book and leg."""
    base = duckdb.connect(config={"threads": threads, "preserve_insertion_order": False})
    base.execute(_BOOK.format(book="payments", path=folder / "payments.parquet", fee=""))
    statement = folder / "statement.parquet"
    base.execute(_BOOK.format(book="statement", path=statement, fee=", fee_vnd as fee"))
    base.execute("create temp table nobody (p bigint, s bigint)")
    base.execute(_JOIN.format(name="by_id", key="id", claimed="nobody"))
    base.execute(_JOIN.format(name="by_reference", key="reference", claimed="by_id"))
    base.execute(
        "create temp table claimed as select * from by_id union all select * from by_reference"
    )
    base.execute(_WINDOW.format(window=WINDOW_S))
    base.execute(_OUTCOMES)
    base.execute(_PAYOUTS.format(payouts=folder / "payouts.parquet"))
    out.mkdir(parents=True, exist_ok=True)
    base.execute(f"copy outcomes to '{out / 'outcomes.parquet'}' (format parquet)")
    rows = base.execute(
        "select book || '.' || leg, outcome, count(*) from outcomes group by all"
    ).fetchall()
    counts: dict[str, dict[str, int]] = {}
    for place, outcome, count in rows:
        counts.setdefault(place, {})[outcome] = count
    return counts
