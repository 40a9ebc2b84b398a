/** Where a statement has to land, and how many rows of its name it writes each time it runs. */
export interface StatementCase {
  readonly name: string;
  /** NAME stands for the name. */
  readonly sql: string;
  /** `refused`: a replica first, which refuses it, then the primary, and the next time at once. */
  readonly lands: "replica" | "primary" | "refused";
  readonly writes?: number;
  readonly values?: readonly unknown[];
}

/** The primary's schema: what the statements below use. */
export const schema = `
create table marks (name text);
create table items (id int primary key, v int);
insert into items select i, i from generate_series(1, 5) i;
create sequence numbers;
create function mark(name text) returns text language plpgsql as $$ begin insert into marks values (name); return name; end $$;
create schema util;
create function util.mark(name text) returns text language sql as 'select public.mark(name)';
create function "Mark It"(name text) returns text language sql as 'select mark(name)';
create function peek() returns bigint language sql stable as 'select count(*) from items';
create function twice(v int) returns int language sql immutable as 'select 2 * v';
create function twice(v text) returns text language plpgsql as $$ begin insert into marks values (v); return v || v; end $$;
create function says_stable(name text) returns text language plpgsql stable as $$ begin return mark(name); end $$;
create procedure mark_all(name text) language plpgsql as $$ begin insert into marks values (name); end $$;
create view hidden as select mark('a view that calls a writing function') as m;
create view plain as select id from items;
create table emptied (id int);
`;

const marks = "insert into marks values ('NAME')";

export const statements: readonly StatementCase[] = [
  // What can only read.
  { name: "a plain select", sql: "select * from items", lands: "replica" },
  { name: "a select with a parameter", sql: "select v from items where id = $1", values: [1], lands: "replica" },
  { name: "capital letters and line feeds", sql: "SELECT\n v\nFROM items", lands: "replica" },
  { name: "values", sql: "values (1), (2)", lands: "replica" },
  { name: "table", sql: "table items", lands: "replica" },
  { name: "a select in parentheses", sql: "(select 1)", lands: "replica" },
  { name: "a union", sql: "select 1 union all select v from items", lands: "replica" },
  { name: "a reading with", sql: "with a as (select 1 as b) select * from a", lands: "replica" },
  {
    name: "a recursive with",
    sql: "with recursive a(n) as (select 1 union all select n + 1 from a where n < 3) select * from a",
    lands: "replica",
  },
  {
    name: "a join with a window",
    sql: "select sum(v) over (order by id) from items join plain using (id)",
    lands: "replica",
  },
  { name: "a lateral subquery", sql: "select * from items i, lateral (select i.v) b", lands: "replica" },
  { name: "a subquery in a list", sql: "select (select max(v) from items)", lands: "replica" },
  { name: "a stable function", sql: "select peek()", lands: "replica" },
  { name: "an immutable function in a condition", sql: "select 1 from items where v = abs(-1)", lands: "replica" },
  { name: "now", sql: "select now(), current_date, current_user", lands: "replica" },
  { name: "random", sql: "select random()", lands: "replica" },
  { name: "the clock", sql: "select clock_timestamp()", lands: "replica" },
  { name: "a random uuid", sql: "select gen_random_uuid()", lands: "replica" },
  { name: "a set-returning function", sql: "select * from generate_series(1, 3)", lands: "replica" },
  { name: "json", sql: `select '{"a": 1}'::jsonb ->> 'a'`, lands: "replica" },
  { name: "case and coalesce", sql: "select case when v > 1 then coalesce(v, 0) end from items", lands: "replica" },
  { name: "a sample", sql: "select * from items tablesample bernoulli (50)", lands: "replica" },
  { name: "a view", sql: "select * from plain", lands: "replica" },
  { name: "explain", sql: "explain select * from items", lands: "replica" },
  { name: "a string that contains insert", sql: "select 'insert into marks values (1)' as text", lands: "replica" },
  { name: "a string that contains for update", sql: "select 'x for update' as text", lands: "replica" },
  { name: "a column named like a command", sql: `select v as "delete" from items`, lands: "replica" },
  { name: "a comment before a select", sql: "/* insert into marks */ -- update\nselect 1", lands: "replica" },
  { name: "two selects in a text", sql: "select 1; select 2", lands: "replica" },
  { name: "a semicolon at the end", sql: "select 1;", lands: "replica" },
  { name: "a dollar-quoted string", sql: "select $x$ delete from marks $x$", lands: "replica" },
  { name: "a catalog", sql: "select count(*) from pg_class", lands: "replica" },
  // What writes, openly.
  { name: "insert", sql: marks, lands: "primary", writes: 1 },
  {
    name: "insert with a parameter",
    sql: "insert into marks values ($1)",
    values: ["insert with a parameter"],
    lands: "primary",
    writes: 1,
  },
  { name: "insert from select", sql: "insert into marks select 'NAME' from items", lands: "primary", writes: 5 },
  {
    name: "insert from with",
    sql: "with a as (select 'NAME') insert into marks select * from a",
    lands: "primary",
    writes: 1,
  },
  { name: "a comment before an insert", sql: `/* select */ -- select 1\n${marks}`, lands: "primary", writes: 1 },
  { name: "a writing with", sql: `with a as (${marks} returning name) select * from a`, lands: "primary", writes: 1 },
  { name: "a writing with that nobody reads", sql: `with a as (${marks}) select 1`, lands: "primary", writes: 1 },
  { name: "a select and an insert in a text", sql: `select 1; ${marks}`, lands: "primary", writes: 1 },
  { name: "update", sql: "update items set v = v + 0", lands: "primary" },
  { name: "delete", sql: "delete from items where id = 0", lands: "primary" },
  {
    name: "merge",
    sql: "merge into marks m using (values (1)) a on false when not matched then insert values ('NAME')",
    lands: "primary",
    writes: 1,
  },
  { name: "truncate", sql: "truncate emptied", lands: "primary" },
  { name: "do", sql: `do $$ begin insert into marks values ('NAME'); end $$`, lands: "primary", writes: 1 },
  { name: "call", sql: "call mark_all('NAME')", lands: "primary", writes: 1 },
  { name: "explain analyze of an insert", sql: `explain analyze ${marks}`, lands: "primary", writes: 1 },
  {
    name: "explain with analyze among its options",
    sql: `explain (costs off, analyze) ${marks}`,
    lands: "primary",
    writes: 1,
  },
  { name: "explain of an insert", sql: `explain ${marks}`, lands: "primary" },
  { name: "create table as", sql: "create temp table if not exists made as select 1", lands: "primary" },
  { name: "select into", sql: "begin; select 1 as a into temp picked; rollback", lands: "primary" },
  { name: "copy", sql: "copy (select 1) to stdout", lands: "primary" },
  { name: "analyze", sql: "analyze items", lands: "primary" },
  // What locks or belongs to a session.
  { name: "for update", sql: "select * from items for update", lands: "primary" },
  { name: "for share in a subquery", sql: "select * from (select * from items for share) a", lands: "primary" },
  {
    name: "for key share in a with",
    sql: "with a as (select * from items for key share) select * from a",
    lands: "primary",
  },
  { name: "lock", sql: "begin; lock table items in access exclusive mode; commit", lands: "primary" },
  { name: "an advisory lock", sql: "select pg_advisory_xact_lock(1)", lands: "primary" },
  {
    name: "an advisory lock in a subquery",
    sql: "select * from (select pg_try_advisory_xact_lock(2)) a",
    lands: "primary",
  },
  {
    name: "a temporary table",
    sql: "begin; create temp table t (a int); insert into t values (1); select * from t; rollback",
    lands: "primary",
  },
  { name: "set", sql: "set application_name = 'x'", lands: "primary" },
  { name: "reset", sql: "reset application_name", lands: "primary" },
  { name: "set_config", sql: "select set_config('application_name', 'x', true)", lands: "primary" },
  { name: "show", sql: "show server_version", lands: "primary" },
  { name: "begin and commit", sql: "begin; select 1; commit", lands: "primary" },
  { name: "listen", sql: "listen news; unlisten news", lands: "primary" },
  { name: "notify", sql: "notify news", lands: "primary" },
  { name: "pg_notify", sql: "select pg_notify('news', 'x')", lands: "primary" },
  { name: "prepare", sql: "prepare p as select 1; deallocate p", lands: "primary" },
  { name: "nextval", sql: "select nextval('numbers')", lands: "primary" },
  { name: "setval", sql: "select setval('numbers', 10)", lands: "primary" },
  { name: "the log's position", sql: "select pg_current_wal_lsn()", lands: "primary" },
  { name: "a transaction's number", sql: "select pg_current_xact_id()", lands: "refused" },
  // Functions that write.
  { name: "a writing function", sql: "select mark('NAME')", lands: "primary", writes: 1 },
  { name: "a writing function of a schema", sql: "select util.mark('NAME')", lands: "primary", writes: 1 },
  { name: "a writing function with a quoted name", sql: `select "Mark It"('NAME')`, lands: "primary", writes: 1 },
  {
    name: "a writing function in a subquery",
    sql: "select 1 where (select mark('NAME')) is not null",
    lands: "primary",
    writes: 1,
  },
  { name: "a writing function in a from", sql: "select * from mark('NAME')", lands: "primary", writes: 1 },
  { name: "a writing function in an order", sql: "select 1 as a order by mark('NAME')", lands: "primary", writes: 1 },
  { name: "a writing function in values", sql: "values (mark('NAME'))", lands: "primary", writes: 1 },
  { name: "a writing overload of a harmless name", sql: "select twice('NAME')", lands: "primary", writes: 1 },
  { name: "a harmless overload of a writing name", sql: "select twice(2)", lands: "primary" },
  {
    name: "explain analyze of a writing function",
    sql: "explain analyze select mark('NAME')",
    lands: "primary",
    writes: 1,
  },
  // What only the replica's refusal shows.
  { name: "a view that calls a writing function", sql: "select * from hidden", lands: "refused", writes: 1 },
  {
    name: "a stable function that calls a writing one",
    sql: "select says_stable('NAME')",
    lands: "refused",
    writes: 1,
  },
];
