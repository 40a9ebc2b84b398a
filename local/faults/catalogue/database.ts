import { query } from "../executionCounts.ts";
import type { Fault } from "../fault.ts";
import { notReplaced } from "../restarts.ts";
import { countMissing } from "../workloads.ts";

export const databaseFaults: readonly Fault[] = [
  {
    name: "PostgreSQL replica deleted",
    recovered: "the replica Ready and streaming from the primary",
    async breaks({ pods }) {
      const replica = "postgres-1";
      const gone = (await pods.states("postgres")).filter(({ name }) => name === replica);
      await pods.delete(replica);
      return {
        what: replica,
        touched: [replica],
        async missing() {
          const absent = notReplaced(gone, await pods.states("postgres"))[0];
          if (absent !== undefined) return absent;
          const [streaming] = await query(pods, "select count(*) from pg_stat_replication where state = 'streaming'");
          return streaming === "1" ? undefined : "the replica does not stream";
        },
      };
    },
  },
  {
    name: "PgBouncer deleted, one of two",
    recovered: "2 of 2 pods Ready",
    async breaks({ pods, apps }) {
      const [pod] = await pods.states("pgbouncer");
      if (pod === undefined) throw new Error("there is no PgBouncer pod");
      await pods.delete(pod.name);
      return { what: pod.name, touched: [pod.name], missing: () => countMissing({ pods, apps }, "pgbouncer", [pod]) };
    },
  },
];
