/** Every stack that is deployed. */
export const stacks = [
  'Gatewarden-Alarms',
  'Gatewarden-Data',
  'Gatewarden-Api',
  'Gatewarden-Jobs',
  'Gatewarden-Monitoring',
  'Gatewarden-Bootstrap',
  'Gatewarden-Orders',
] as const;
