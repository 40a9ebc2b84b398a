import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** As Docker-in-Docker and kind call it. */
const leaf = "init";

/**
 * Gives the groups below this group of cgroup v2 all controllers that it has itself. A group with processes may not:
 * the root group of a container is such a one, and its processes are then put into a group "init" below it, which changes
 * nothing for them.
 */
export function handDownControllers(group: string): void {
  if (attempt(group)) return;
  mkdirSync(join(group, leaf), { recursive: true });
  // Twice: one may have been started meanwhile by one that was not moved yet.
  for (let round = 0; round < 2; round++) {
    moveProcesses(group);
    if (attempt(group)) return;
  }
  throw new Error(
    `the processes in the control group ${group} cannot be moved, so a cluster gets no controllers of it`,
  );
}

/** False when processes are in the way. */
function attempt(group: string): boolean {
  const controllers = readFileSync(join(group, "cgroup.controllers"), "utf8").trim().split(" ").filter(Boolean);
  try {
    writeFileSync(join(group, "cgroup.subtree_control"), controllers.map((one) => `+${one}`).join(" "));
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EBUSY") return false;
    throw error;
  }
}

function moveProcesses(group: string): void {
  const pids = readFileSync(join(group, "cgroup.procs"), "utf8").split("\n");
  // 0 is a process that we cannot see: it cannot be named either.
  for (const pid of pids.filter((one) => one !== "" && one !== "0")) {
    try {
      writeFileSync(join(group, leaf, "cgroup.procs"), pid);
    } catch (error) {
      // It has ended meanwhile.
      if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
    }
  }
}
