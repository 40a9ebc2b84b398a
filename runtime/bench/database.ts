/**
 * What routing costs, and what replicas give. BENCH_PRIMARY and BENCH_REPLICAS (two, by comma) are host:port of servers
 * that trust the user postgres. Prints one JSON object.
 */
import { setTimeout as delay } from "node:timers/promises";
import pg from "pg";
import { createDatabase, type Database, type ServerOptions } from "@jobsprint/runtime/database";

const rounds = 31;
const readsPerRound = 400;
const width = 10;
const rows = 20_000;
const byKey = "select v from bench_items where id = $1";
const bySum = "select sum(v) from bench_items where id between $1 and $1 + 2000";

type Read = (text: string, id: number) => Promise<unknown>;

function serverAt(address = ""): ServerOptions {
  const [host = "", port = ""] = address.split(":");
  const login = { database: "postgres", user: "postgres", password: "trusted" };
  return { host, port: Number(port), ...login, pool: { min: width, max: width } };
}

interface Measured {
  readonly readsPerSecond: number;
  /** Of this process alone, which other programs on the machine disturb less than its time. */
  readonly cpuMicroseconds: number;
}

/** Ten at a time. */
async function measure(read: Read, text: string, count: number): Promise<Measured> {
  const [start, cpu] = [performance.now(), process.cpuUsage()];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) await read(text, 1 + (next++ % (rows / 2)));
  };
  await Promise.all(Array.from({ length: width }, worker));
  const { user, system } = process.cpuUsage(cpu);
  return { readsPerSecond: (1000 * count) / (performance.now() - start), cpuMicroseconds: (user + system) / count };
}

/** Rounds of both by turns, so that a busy machine is busy for both; medians. */
async function compare(one: Read, other: Read, text: string, count: number) {
  const pairs: { mine: Measured; theirs: Measured }[] = [];
  for (let round = 0; round < rounds; round += 1) {
    // Who begins changes too.
    const early = round % 2 === 0 ? await measure(one, text, count) : undefined;
    const theirs = await measure(other, text, count);
    pairs.push({ mine: early ?? (await measure(one, text, count)), theirs });
  }
  return {
    readsPerSecond: Math.round(median(pairs.map(({ mine }) => mine.readsPerSecond))),
    othersReadsPerSecond: Math.round(median(pairs.map(({ theirs }) => theirs.readsPerSecond))),
    ratio: rounded(median(pairs.map(({ mine, theirs }) => mine.readsPerSecond / theirs.readsPerSecond))),
    cpuMicrosecondsMore: rounded(
      median(pairs.map(({ mine, theirs }) => mine.cpuMicroseconds - theirs.cpuMicroseconds)),
    ),
    cpuMicroseconds: rounded(median(pairs.map(({ mine }) => mine.cpuMicroseconds))),
  };
}

const rounded = (value: number): number => Number(value.toPrecision(3));

function median(values: readonly number[] = []): number {
  return values.toSorted((one, other) => one - other)[Math.floor(values.length / 2)] ?? NaN;
}

async function ready(database: Database): Promise<void> {
  const standby = "select current_setting('in_hot_standby') = 'on' as standby, sum(1)";
  const replicas = database.status().length > 1;
  for (;;) {
    const { rows: found } = await database.query<{ standby: boolean }>(standby);
    if (database.status().every(({ inRotation }) => inRotation) && found[0]?.standby === replicas) return;
    await delay(50);
  }
}

const primary = serverAt(process.env["BENCH_PRIMARY"]);
const replicas = (process.env["BENCH_REPLICAS"] ?? "").split(",").map(serverAt);
const [replica = primary] = replicas;
// As one would set it up by hand, by the same limits.
const raw = new pg.Pool({
  ...replica,
  ssl: false,
  max: width,
  connectionTimeoutMillis: 2000,
  idleTimeoutMillis: 30_000,
});
const routed = createDatabase({ primary, replicas: [replica] });
const alone = createDatabase({ primary });
const both = createDatabase({ primary, replicas });
const readBy =
  (database: Database): Read =>
  (text, id) =>
    database.query(text, [id]);
const rawRead: Read = (text, id) => raw.query(text, [id]);

await alone.write(`create table bench_items as select i as id, i as v from generate_series(1, ${rows}) i`);
await alone.write("create unique index on bench_items (id)");
await alone.write("vacuum analyze bench_items");
await Promise.all([routed, alone, both].map(ready));
await compare(readBy(routed), rawRead, byKey, 200);

const scoped: Read = (text, id) => routed.scope(() => routed.query(text, [id]));
const results = {
  readsPerRound,
  rounds,
  inFlight: width,
  routedToRaw: await compare(readBy(routed), rawRead, byKey, readsPerRound),
  routedInScopeToRaw: await compare(scoped, rawRead, byKey, readsPerRound),
  twoReplicasToPrimaryAlone: {
    byKey: await compare(readBy(both), readBy(alone), byKey, readsPerRound),
    bySum: await compare(readBy(both), readBy(alone), bySum, readsPerRound / 4),
  },
};
await alone.write("drop table bench_items");
await Promise.all([raw.end(), routed.close(), alone.close(), both.close()]);
console.log(JSON.stringify(results, null, 2));
