export { whoami as handler } from '../../../kit/lambda.ts';
