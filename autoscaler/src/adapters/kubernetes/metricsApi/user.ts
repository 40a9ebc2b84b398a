/** Who asks, as the API server's own authenticators would tell it. */
export interface User {
  readonly username: string;
  readonly uid?: string;
  readonly groups: readonly string[];
  readonly extra: Readonly<Record<string, readonly string[]>>;
}

const anonymous = "system:anonymous";

/** Everybody who is somebody is in this group, which discovery is granted to. */
export function withAuthenticatedGroup(user: User): User {
  const { username, groups } = user;
  const isSomebody = username !== anonymous && !groups.includes("system:unauthenticated");
  if (!isSomebody || groups.includes("system:authenticated")) return user;
  return { ...user, groups: [...groups, "system:authenticated"] };
}
