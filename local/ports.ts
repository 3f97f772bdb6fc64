/** The ports of a platform with a fixed first port, counted from it. The first two belong to APIs. */
export const portOffsets = { management: 0, example: 1, console: 2, mailbox: 3, control: 4, aws: 5, signIn: 6 } as const;

/** How many ports a platform takes in a row, as far as its parts have fixed places. */
export const fixedPortCount = Object.keys(portOffsets).length;

export interface Ports {
  /** 0 is any free one. */
  readonly aws: number;
  readonly control: number;
  readonly signIn: number;
  /** The first two REST APIs of the assembly have fixed places; further ones follow behind all that have. */
  nextApi(): number;
  /** Of an API that has no fixed place in any case. */
  furtherApi(): number;
}

export function assignPorts(firstPort: number | undefined): Ports {
  if (firstPort === undefined) return { aws: 0, control: 0, signIn: 0, nextApi: () => 0, furtherApi: () => 0 };
  let [count, further] = [0, 0];
  const furtherApi = (): number => firstPort + fixedPortCount + further++;
  return {
    aws: firstPort + portOffsets.aws,
    control: firstPort + portOffsets.control,
    signIn: firstPort + portOffsets.signIn,
    nextApi: () => {
      count += 1;
      return count <= 2 ? firstPort + count - 1 : furtherApi();
    },
    furtherApi,
  };
}
