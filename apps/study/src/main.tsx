import '@fontsource-variable/ibm-plex-sans/wght.css';
import './look/tokens.css';
import './look/base.css';
import './look/shell.css';
import './look/parts.css';
import './flows/flows.css';
import './flow/flow.css';
import './compare/compare.css';
import { render } from 'preact';
import { Shell } from './shell.tsx';

const root = document.getElementById('app');
if (root) render(<Shell />, root);
