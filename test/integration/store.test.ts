// The store's conformance suite, on the embedded store. `npm run test:store` runs it by itself, on any DynamoDB.
import '../store/batches.test.ts';
import '../store/concurrency.test.ts';
import '../store/conditions.test.ts';
import '../store/ranges.test.ts';
import '../store/streams.test.ts';
import '../store/tables.test.ts';
import '../store/timeToLive.test.ts';
import '../store/transactions.test.ts';
import '../store/updates.test.ts';
