// Loads one module and prints the CPU that this process has taken by then, in microseconds.
await import(process.argv[2]);
const { userCPUTime, systemCPUTime } = process.resourceUsage();
process.stdout.write(String(userCPUTime + systemCPUTime));
