import rawConfig from '../gatewarden.config.ts';
import { parseConfig } from './config.ts';
import { gatewardenApp } from './gatewardenApp.ts';

gatewardenApp(parseConfig(rawConfig)).synth();
