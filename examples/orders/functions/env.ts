/** A setting of this function; missing, it is a fault of the deployment. */
function required(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`The environment variable ${name} is not set.`);
  return value;
}

export const env = { ordersTable: required('ORDERS_TABLE') };
