// Made by scripts/embed from Sources/Console/Assets; change those and run it again.
// swift-format-ignore-file

enum EmbeddedAssets {
    static let all: [Asset] = [consoleCSS, consoleJS, liveJS, faviconSVG]
    static let consoleCSS = Asset(
        name: "console-446caf4e88.css", mediaType: "text/css; charset=utf-8",
        content: #"""
        /* The tokens: every colour, space, size, radius, shadow and motion of the console. Each colour has its light and its
           dark value on one line; a test computes the contrast of the pairs that are used. */
        :root {
          color-scheme: light dark;

          --ground: light-dark(#f6f7f9, #0c0d10);
          --surface: light-dark(#ffffff, #14161a);
          --raised: light-dark(#ffffff, #1c1f24);
          --sunken: light-dark(#f6f7f9, #0f1114);
          --hover: light-dark(#f1f2f5, #1f2228);
          --selected: light-dark(#edf0fe, #1d2543);
          --line: light-dark(#e6e8ec, #272a31);
          --line-strong: light-dark(#cdd1d8, #3b3f48);

          --text: light-dark(#16181d, #eceef1);
          --text-soft: light-dark(#4d525d, #adb1bb);
          --text-faint: light-dark(#646974, #8d929e);

          --accent: light-dark(#2f4bd8, #97a8ff);
          --accent-solid: light-dark(#2f4bd8, #4a62e6);
          --accent-solid-hover: light-dark(#263fbb, #3d55d8);
          --accent-soft: light-dark(#edf0fe, #1d2543);
          --on-solid: light-dark(#ffffff, #ffffff);
          --focus: light-dark(#2f4bd8, #97a8ff);
          --danger-solid: light-dark(#c4281f, #c5372d);
          --danger-solid-hover: light-dark(#a61f17, #ad2d24);
          --mark: light-dark(#ffe9a3, #5c4700);

          --ready: light-dark(#15693a, #63d194);
          --ready-soft: light-dark(#e5f5eb, #12291c);
          --progressing: light-dark(#1b59b5, #7ab3ff);
          --progressing-soft: light-dark(#e6effc, #13243c);
          --failed: light-dark(#b3261e, #ff8d84);
          --failed-soft: light-dark(#fdecea, #371916);
          --waiting: light-dark(#855000, #f0b64d);
          --waiting-soft: light-dark(#fdf2dc, #30240c);
          --stopped: light-dark(#545964, #a7acb6);
          --stopped-soft: light-dark(#eff0f3, #23262b);
          --unknown: light-dark(#693db0, #c3a4f7);
          --unknown-soft: light-dark(#f3ecfd, #281d3a);

          --series-0: light-dark(#2f4bd8, #8599ff);
          --series-1: light-dark(#0a7772, #41c3bb);
          --series-2: light-dark(#b35508, #f2a75c);
          --series-3: light-dark(#ad2f7d, #ee83c2);
          --series-4: light-dark(#5c6573, #a6aebb);
          --bar-neutral: light-dark(#b4bac6, #4a505b);
          --bar-failed: light-dark(#d63a30, #f4776d);
          --bar-waiting: light-dark(#c27c0e, #e0a63e);

          --shadow-color: light-dark(rgb(20 24 40 / 0.10), rgb(0 0 0 / 0.5));
          --shadow-1: 0 1px 2px var(--shadow-color);
          --shadow-2: 0 1px 2px var(--shadow-color), 0 12px 32px -8px var(--shadow-color);
          --veil: light-dark(rgb(20 24 40 / 0.32), rgb(0 0 0 / 0.6));

          /* Space: multiples of 4. */
          --s1: 0.25rem;
          --s2: 0.5rem;
          --s3: 0.75rem;
          --s4: 1rem;
          --s5: 1.5rem;
          --s6: 2rem;
          --s7: 3rem;

          --radius-s: 4px;
          --radius: 6px;
          --radius-l: 10px;
          --radius-full: 999px;

          --font: "Inter Variable", Inter, -apple-system, BlinkMacSystemFont, "Segoe UI", "PingFang SC", "Hiragino Sans GB",
            "Microsoft YaHei", "Noto Sans SC", "Noto Sans CJK SC", "Source Han Sans SC", system-ui, sans-serif;
          --mono: ui-monospace, "SF Mono", "Cascadia Mono", "JetBrains Mono", Menlo, Consolas, "DejaVu Sans Mono",
            "Noto Sans Mono CJK SC", "PingFang SC", "Microsoft YaHei", monospace;
          --size-xs: 0.75rem;
          --size-s: 0.8125rem;
          --size: 0.875rem;
          --size-l: 1rem;
          --size-xl: 1.375rem;
          --size-xxl: 1.625rem;
          --leading: 1.5;
          --leading-tight: 1.25;

          --quick: 120ms;
          --calm: 200ms;
          --ease: cubic-bezier(0.2, 0, 0, 1);

          --side-width: 14.5rem;
          --bar-height: 3.25rem;
          --control: 2rem;
        }
        :root[data-theme="light"] { color-scheme: light; }
        :root[data-theme="dark"] { color-scheme: dark; }
        /* Han characters are taller and carry more: give lines air, and never slant or space them. */
        :root:lang(zh) { --leading: 1.65; --leading-tight: 1.4; }

        @media (prefers-reduced-motion: no-preference) {
          @view-transition { navigation: auto; }
        }
        ::view-transition-group(root) { animation-duration: var(--quick); }
        *, *::before, *::after { box-sizing: border-box; }
        html { font-size: 100%; text-size-adjust: 100%; scroll-padding-top: calc(var(--bar-height) + var(--s4)); }
        body {
          margin: 0; background: var(--ground); color: var(--text);
          font: 400 var(--size) / var(--leading) var(--font);
          font-feature-settings: "cv05", "cv11"; -webkit-font-smoothing: antialiased; text-rendering: optimizeLegibility;
        }
        h1, h2, h3, p, ul, ol, dl, dd, figure, pre { margin: 0; padding: 0; }
        h1, h2, h3 { line-height: var(--leading-tight); font-weight: 600; text-wrap: balance; }
        h1 { font-size: var(--size-xl); letter-spacing: -0.015em; }
        h2 { font-size: var(--size-l); letter-spacing: -0.008em; }
        h3 { font-size: var(--size); }
        :lang(zh) :is(h1, h2, h3), :lang(zh) .stat-number { letter-spacing: 0; }
        ul, ol { list-style: none; }
        a { color: var(--accent); text-decoration: none; }
        a:hover { text-decoration: underline; text-underline-offset: 0.18em; }
        code, pre, kbd, .input-code, tbody .cell-code { font-family: var(--mono); font-size: 0.93em; font-variant-ligatures: none; }
        code, bdi, td, th, .name { unicode-bidi: isolate; }
        button, input, select, textarea { font: inherit; color: inherit; }
        button, summary, select, label:has(input[type="checkbox"]) { cursor: pointer; }
        time, .cell-number, .stat-number, .stage-time, .waterfall-time, .nav-count, .tab-count, .matrix-count, .diff-number {
          font-variant-numeric: tabular-nums;
        }
        :focus-visible { outline: 2px solid var(--focus); outline-offset: 2px; border-radius: var(--radius-s); }
        :focus:not(:focus-visible) { outline: none; }
        ::selection { background: var(--selected); color: var(--text); }
        mark { background: var(--mark); color: var(--text); border-radius: 2px; padding: 0 1px; }
        [hidden] { display: none; }

        .visually-hidden {
          position: absolute; width: 1px; height: 1px; margin: -1px; padding: 0; overflow: hidden;
          clip-path: inset(50%); white-space: nowrap; border: 0;
        }
        .icon-store { position: absolute; width: 0; height: 0; overflow: hidden; }
        .icon {
          flex: none; width: 1rem; height: 1rem; fill: none; stroke: currentColor; stroke-width: 1.5;
          stroke-linecap: round; stroke-linejoin: round;
        }
        .actions { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2); }
        .actions-end { justify-content: flex-end; }
        .nothing { color: var(--text-faint); }

        .tone-ready { --tone: var(--ready); --tone-soft: var(--ready-soft); }
        .tone-progressing { --tone: var(--progressing); --tone-soft: var(--progressing-soft); }
        .tone-failed { --tone: var(--failed); --tone-soft: var(--failed-soft); }
        .tone-waiting { --tone: var(--waiting); --tone-soft: var(--waiting-soft); }
        .tone-stopped, .tone-neutral { --tone: var(--stopped); --tone-soft: var(--stopped-soft); }
        .tone-unknown { --tone: var(--unknown); --tone-soft: var(--unknown-soft); }
        .tone-accent { --tone: var(--accent); --tone-soft: var(--accent-soft); }

        @media (prefers-reduced-motion: reduce) {
          *, *::before, *::after {
            animation-duration: 1ms; animation-iteration-count: 1; transition-duration: 1ms; scroll-behavior: auto;
          }
        }
        @keyframes turn { to { transform: rotate(1turn); } }
        @keyframes pulse { 50% { opacity: 0.45; } }
        @keyframes rise { from { opacity: 0; transform: translateY(6px); } }
        .skip-link {
          position: fixed; inset-block-start: var(--s2); inset-inline-start: var(--s2); z-index: 100;
          padding: var(--s2) var(--s4); border-radius: var(--radius); background: var(--accent-solid); color: var(--on-solid);
          transform: translateY(-200%);
        }
        .skip-link:focus { transform: none; }
        .shell { display: grid; grid-template-columns: var(--side-width) minmax(0, 1fr); min-height: 100dvh; }
        .page { display: flex; flex-direction: column; min-width: 0; background: var(--surface); border-inline-start: 1px solid var(--line); }
        .content { flex: 1; width: 100%; max-width: 90rem; padding: var(--s5) var(--s6) var(--s7); }
        .content:focus { outline: none; }
        .content > * + * { margin-block-start: var(--s5); }

        .side {
          position: sticky; inset: 0 auto auto 0; flex-direction: column; width: var(--side-width); height: 100dvh; max-height: none;
          margin: 0; padding: 0; border: 0; background: var(--ground); color: var(--text); overflow: hidden;
        }
        .side-head { display: flex; align-items: center; justify-content: space-between; height: var(--bar-height); padding: 0 var(--s4) 0 1.125rem; }
        .brand { display: inline-flex; align-items: center; gap: var(--s2); color: var(--text); font-weight: 650; font-size: 0.9375rem; letter-spacing: -0.01em; }
        .brand:hover { text-decoration: none; }
        .brand .icon { width: 1.25rem; height: 1.25rem; color: var(--accent); stroke-width: 1.6; }
        .side-body { flex: 1; overflow-y: auto; padding: var(--s1) var(--s3) var(--s4); scrollbar-width: thin; }
        .side-foot { padding: var(--s2) var(--s3); border-block-start: 1px solid var(--line); }
        .nav-title { padding: var(--s4) var(--s2) var(--s1); font-size: var(--size-xs); font-weight: 500; color: var(--text-faint); }
        .nav-list { display: grid; gap: 1px; }
        .nav-link {
          display: flex; align-items: center; gap: 0.625rem; padding: 0.3125rem var(--s2); border-radius: var(--radius);
          color: var(--text-soft); font-weight: 450; transition: background var(--quick), color var(--quick);
        }
        .nav-link:hover { background: var(--hover); color: var(--text); text-decoration: none; }
        .nav-link[aria-current] { background: light-dark(#e8eaef, #1f2228); color: var(--text); font-weight: 550; }
        .nav-link .icon { opacity: 0.85; }
        .nav-link[aria-current] .icon { color: var(--accent); opacity: 1; }
        .nav-text { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .nav-count {
          min-width: 1.25rem; padding: 0 0.3rem; border-radius: var(--radius-full); background: var(--failed-soft); color: var(--failed);
          font-size: var(--size-xs); font-weight: 600; text-align: center; line-height: 1.25rem;
        }

        .bar {
          position: sticky; inset-block-start: 0; z-index: 20; display: flex; align-items: center; gap: var(--s3);
          height: var(--bar-height); padding: 0 var(--s4) 0 var(--s6); background: var(--surface); border-block-end: 1px solid var(--line);
        }
        .bar-search { width: min(22rem, 34vw); }
        .bar-tools { display: flex; align-items: center; gap: 2px; }
        .crumbs { flex: 1; min-width: 0; }
        .crumbs ol { display: flex; align-items: center; min-width: 0; }
        .crumbs li { display: flex; align-items: center; min-width: 0; color: var(--text-faint); }
        .crumbs li:last-child { flex: 0 1 auto; }
        .crumbs .icon { width: 0.75rem; height: 0.75rem; margin: 0 0.375rem; }
        .crumbs a, .crumbs span { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .crumbs a { color: var(--text-soft); }
        .crumbs a:hover { color: var(--text); }
        .crumbs [aria-current] { color: var(--text); font-weight: 550; }

        .menu { position: relative; }
        .menu > summary { list-style: none; }
        .menu > summary::-webkit-details-marker { display: none; }
        .menu-button {
          display: flex; align-items: center; gap: var(--s2); height: var(--control); padding: 0 var(--s2); border-radius: var(--radius);
          color: var(--text-soft); font-size: var(--size-s); white-space: nowrap;
        }
        .menu-button:hover, .menu[open] > .menu-button { background: var(--hover); color: var(--text); }
        .menu-list {
          position: absolute; inset: calc(100% + var(--s1)) 0 auto auto; z-index: 40; min-width: 10rem; padding: var(--s1);
          background: var(--raised); border: 1px solid var(--line); border-radius: var(--radius-l); box-shadow: var(--shadow-2);
          animation: rise var(--quick) var(--ease);
        }
        .menu-up { inset: auto 0 calc(100% + var(--s1)) 0; }
        .menu-item {
          display: flex; align-items: center; gap: var(--s2); width: 100%; padding: 0.375rem var(--s2); border: 0; border-radius: var(--radius);
          background: none; color: var(--text); font-size: var(--size-s); text-align: start;
        }
        .menu-item:hover { background: var(--hover); text-decoration: none; }
        .menu-item > .icon:first-child { color: var(--text-faint); }
        .menu-item .icon-check { margin-inline-start: auto; color: var(--accent); visibility: hidden; }
        .menu-item[aria-current] .icon-check { visibility: visible; }
        .menu-note { padding: 0.375rem var(--s2); color: var(--text-faint); font-size: var(--size-xs); border-block-end: 1px solid var(--line); margin-block-end: var(--s1); }
        .menu-note strong { display: block; color: var(--text); font-size: var(--size-s); font-weight: 550; }
        .user-menu .menu-button { height: 2.25rem; }
        .user-name { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; color: var(--text); font-weight: 500; }
        .theme-icon { display: none; }
        :root:not([data-theme]) .theme-icon-system, :root[data-theme="light"] .theme-icon-light, :root[data-theme="dark"] .theme-icon-dark { display: flex; }

        @media (min-width: 56rem) {
          .side { display: flex; }
          .narrow-only.narrow-only { display: none; }
        }
        @media (max-width: 55.99rem) {
          .wide-only { display: none; }
          .shell { grid-template-columns: minmax(0, 1fr); }
          .page { border: 0; }
          .side { position: fixed; width: min(18rem, 84vw); box-shadow: var(--shadow-2); transition: translate var(--calm) var(--ease); }
          .side:popover-open { display: flex; }
          @starting-style { .side:popover-open { translate: -100% 0; } }
          .side::backdrop { background: var(--veil); }
          .nav-link { padding-block: 0.5625rem; }
          .bar { gap: var(--s1); padding: 0 var(--s2); }
          .content { padding: var(--s4) var(--s4) var(--s7); }
          .crumbs { padding-inline-start: var(--s1); }
          .crumbs li:not(:last-child) { display: none; }
          .crumbs li:last-child .icon { display: none; }
          /* The search is a button until it has the focus, then it takes the whole bar. */
          .bar-search { width: var(--control); }
          .bar-search .input { padding-inline-end: 0; border-color: transparent; background: transparent; cursor: pointer; }
          .bar-search .input::placeholder { color: transparent; }
          .bar-search:focus-within { position: absolute; inset-inline: var(--s2); width: auto; z-index: 2; }
          .bar-search:focus-within .input { background: var(--surface); border-color: var(--line-strong); cursor: text; }
          .bar-search:focus-within .input::placeholder { color: var(--text-faint); }
          .bar-tools [data-dialog="shortcuts"] { display: none; }
        }

        .plain { display: flex; flex-direction: column; min-height: 100dvh; background: var(--ground); }
        .plain-bar { display: flex; align-items: center; justify-content: space-between; height: var(--bar-height); padding: 0 var(--s5); }
        .plain-content {
          width: min(26rem, calc(100% - 2 * var(--s4))); margin: clamp(var(--s5), 14vh, 9rem) auto var(--s7); padding: var(--s6);
          background: var(--surface); border: 1px solid var(--line); border-radius: var(--radius-l); box-shadow: var(--shadow-1);
        }
        .plain-content:focus { outline: none; }
        .plain-content > * + * { margin-block-start: var(--s5); }
        .plain-content .actions .button { width: 100%; justify-content: center; }
        .heading { display: flex; flex-wrap: wrap; align-items: flex-start; justify-content: space-between; gap: var(--s3) var(--s5); }
        .heading-text { flex: 1 1 20rem; min-width: 0; }
        .heading-line { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2) var(--s3); }
        .heading-note { margin-block-start: var(--s1); color: var(--text-soft); max-width: 68ch; text-wrap: pretty; }

        .button, .icon-button {
          display: inline-flex; align-items: center; justify-content: center; gap: 0.4375rem; min-height: var(--control); padding: 0 var(--s3);
          border: 1px solid transparent; border-radius: var(--radius); background: none; font-size: var(--size-s); font-weight: 500;
          line-height: 1; white-space: nowrap; user-select: none; transition: background var(--quick), border-color var(--quick);
        }
        .button:hover { text-decoration: none; }
        .button-small { min-height: 1.75rem; padding: 0 0.625rem; }
        .button .icon { width: 0.875rem; height: 0.875rem; }
        .button-primary { background: var(--accent-solid); color: var(--on-solid); }
        .button-primary:hover { background: var(--accent-solid-hover); }
        .button-secondary { background: var(--surface); border-color: var(--line-strong); color: var(--text); box-shadow: var(--shadow-1); }
        .button-secondary:hover { background: var(--hover); }
        .button-quiet { color: var(--text-soft); }
        .button-quiet:hover { background: var(--hover); color: var(--text); }
        .button-danger { background: var(--danger-solid); color: var(--on-solid); }
        .button-danger:hover { background: var(--danger-solid-hover); }
        .button:active { transform: translateY(0.5px); }
        .button:disabled, .button.is-off { background: var(--sunken); border-color: var(--line); color: var(--text-faint); box-shadow: none; cursor: not-allowed; }
        .button[aria-busy="true"] { cursor: progress; }
        .spinner { width: 0.875rem; height: 0.875rem; border: 2px solid currentColor; border-inline-end-color: transparent; border-radius: 50%; animation: turn 800ms linear infinite; }
        .icon-button { width: var(--control); padding: 0; color: var(--text-soft); flex: none; }
        .icon-button:hover { background: var(--hover); color: var(--text); }

        .input {
          width: 100%; min-height: var(--control); padding: 0.3125rem 0.625rem; border: 1px solid var(--line-strong); border-radius: var(--radius);
          background: var(--surface); color: var(--text); font-size: var(--size-s); transition: border-color var(--quick), box-shadow var(--quick);
        }
        .input-code { font-family: var(--mono); font-size: var(--size-s); }
        textarea.input { line-height: var(--leading); resize: vertical; }
        .input::placeholder { color: var(--text-faint); opacity: 1; }
        .input:hover { border-color: var(--text-faint); }
        .input:focus { outline: none; border-color: var(--focus); box-shadow: 0 0 0 3px color-mix(in srgb, var(--focus) 22%, transparent); }
        .input:disabled { background: var(--sunken); color: var(--text-faint); cursor: not-allowed; border-color: var(--line); }
        .input[aria-invalid="true"] { border-color: var(--failed); }
        .form { display: grid; gap: var(--s4); }
        .field { display: grid; gap: 0.375rem; align-content: start; }
        .field-label { display: flex; justify-content: space-between; gap: var(--s2); font-size: var(--size-s); font-weight: 500; }
        .field-optional { color: var(--text-faint); font-weight: 400; font-size: var(--size-xs); }
        .field-hint { color: var(--text-faint); font-size: var(--size-xs); }
        .field-error { display: flex; align-items: flex-start; gap: 0.375rem; color: var(--failed); font-size: var(--size-xs); font-weight: 500; }
        .field-error .icon { width: 0.875rem; height: 0.875rem; margin-block-start: 0.125rem; }
        .select { position: relative; display: block; }
        .select .input { appearance: none; padding-inline-end: 2rem; cursor: pointer; }
        .select > .icon { position: absolute; inset-block-start: calc(50% - 0.4375rem); inset-inline-end: 0.625rem; width: 0.875rem; height: 0.875rem; color: var(--text-faint); pointer-events: none; }
        .select-inline { display: inline-flex; align-items: center; min-height: var(--control); border: 1px solid var(--line-strong); border-radius: var(--radius); background: var(--surface); font-size: var(--size-s); }
        .select-inline:hover { border-color: var(--text-faint); }
        .select-inline:focus-within { border-color: var(--focus); box-shadow: 0 0 0 3px color-mix(in srgb, var(--focus) 22%, transparent); }
        .select-label { padding-inline-start: 0.625rem; color: var(--text-faint); white-space: nowrap; }
        .select-inline .input { width: auto; min-height: 1.875rem; border: 0; background: transparent; box-shadow: none; padding-inline-start: 0.375rem; font-weight: 500; }
        option { background: var(--raised); color: var(--text); }
        .checkbox { display: inline-flex; align-items: flex-start; gap: var(--s2); font-size: var(--size-s); }
        .checkbox small { display: block; color: var(--text-faint); font-size: var(--size-xs); }
        input[type="checkbox"] { appearance: none; flex: none; width: 1rem; height: 1rem; margin: 0.125rem 0 0; border: 1px solid var(--text-faint); border-radius: var(--radius-s); background: var(--surface); cursor: pointer; }
        input[type="checkbox"]:checked, input[type="checkbox"]:indeterminate { border-color: var(--accent-solid); background: var(--accent-solid); }
        input[type="checkbox"]:checked::before, input[type="checkbox"]:indeterminate::before {
          content: ""; display: block; width: 0.25rem; height: 0.5rem; margin: 0.0625rem auto 0; border: solid var(--on-solid); border-width: 0 2px 2px 0; transform: rotate(45deg);
        }
        input[type="checkbox"]:indeterminate::before { width: 0.5rem; height: 0; margin-block-start: 0.375rem; border-width: 0 0 2px; transform: none; }
        input[type="checkbox"]:disabled { opacity: 0.5; cursor: not-allowed; }
        .checkbox:has(:disabled) { color: var(--text-faint); cursor: not-allowed; }
        .search { position: relative; display: block; }
        .search > .icon { position: absolute; inset-block-start: calc(50% - 0.4375rem); inset-inline-start: 0.5625rem; width: 0.875rem; height: 0.875rem; color: var(--text-faint); pointer-events: none; }
        .search .input { padding-inline-start: 1.875rem; }
        .search > .keys { position: absolute; inset-block-start: calc(50% - 0.625rem); inset-inline-end: 0.375rem; pointer-events: none; }
        .search:focus-within > .keys { display: none; }
        .search .input::-webkit-search-cancel-button { appearance: none; }
        .keys { display: inline-flex; gap: 0.1875rem; }
        kbd {
          min-width: 1.25rem; height: 1.25rem; padding: 0 0.3125rem; border: 1px solid var(--line-strong); border-radius: var(--radius-s); background: var(--sunken);
          color: var(--text-soft); font-family: var(--font); font-size: 0.6875rem; line-height: 1.125rem; text-align: center;
        }
        @media (hover: none), (max-width: 55.99rem) { .search > .keys { display: none; } }

        .toolbar { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2); }
        .toolbar .search { flex: 1 1 16rem; max-width: 32rem; }
        .chips { display: flex; flex-wrap: wrap; align-items: center; gap: 0.375rem; }
        .chip { display: inline-flex; align-items: center; height: 1.625rem; border: 1px solid var(--line-strong); border-radius: var(--radius); background: var(--surface); font-size: var(--size-xs); overflow: hidden; }
        .chip-name { padding: 0 0.375rem 0 0.5rem; color: var(--text-faint); }
        .chip-value { max-width: 20rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; font-weight: 550; }
        .chip-remove { display: flex; align-items: center; height: 100%; padding: 0 0.375rem; margin-inline-start: 0.25rem; color: var(--text-faint); }
        .chip-remove:hover { background: var(--hover); color: var(--text); }
        .chip-remove:focus-visible { outline-offset: -2px; }
        .chip-remove .icon { width: 0.75rem; height: 0.75rem; }
        .chip-clear { padding: 0 var(--s1); font-size: var(--size-xs); color: var(--text-soft); }
        .choices { display: inline-flex; padding: 2px; border-radius: var(--radius); background: var(--hover); }
        .choice { padding: 0.1875rem 0.625rem; border-radius: var(--radius-s); color: var(--text-soft); font-size: var(--size-xs); font-weight: 500; line-height: 1.375rem; white-space: nowrap; }
        .choice:hover { color: var(--text); text-decoration: none; }
        .choice[aria-current] { background: light-dark(#ffffff, #333842); color: var(--text); box-shadow: var(--shadow-1); }
        .tabs { display: flex; gap: var(--s5); border-block-end: 1px solid var(--line); overflow-x: auto; scrollbar-width: none; }
        .tab { display: flex; align-items: center; gap: 0.375rem; padding: var(--s2) 0 0.5625rem; margin-block-end: -1px; border-block-end: 2px solid transparent; color: var(--text-soft); white-space: nowrap; }
        .tab:hover { color: var(--text); text-decoration: none; border-color: var(--line-strong); }
        .tab[aria-current] { color: var(--text); font-weight: 550; border-color: var(--accent); }
        .tab:focus-visible { outline-offset: -2px; }
        .tab-count { padding: 0 0.375rem; border-radius: var(--radius-full); background: var(--stopped-soft); color: var(--stopped); font-size: var(--size-xs); line-height: 1.125rem; }

        .status { display: inline-flex; align-items: center; gap: 0.375rem; color: var(--text); font-size: var(--size-s); white-space: nowrap; }
        .status .icon { width: 0.9375rem; height: 0.9375rem; color: var(--tone); stroke-width: 1.75; }
        .status .icon-progressing { animation: turn 1.6s linear infinite; }
        .status-pill { padding: 0.125rem 0.5625rem 0.125rem 0.375rem; border-radius: var(--radius-full); background: var(--tone-soft); color: var(--tone); font-size: var(--size-xs); font-weight: 550; line-height: 1.25rem; }
        .status-pill .icon { width: 0.875rem; height: 0.875rem; }
        .badge { display: inline-block; padding: 0 0.375rem; border-radius: var(--radius-s); background: var(--tone-soft); color: var(--tone); font-size: var(--size-xs); font-weight: 500; line-height: 1.25rem; white-space: nowrap; }
        .person { display: inline-flex; vertical-align: bottom; align-items: center; gap: 0.3125rem; white-space: nowrap; }
        .person .icon { width: 0.875rem; height: 0.875rem; color: var(--text-faint); }
        .copy-text { display: inline-flex; align-items: center; gap: 2px; max-width: 100%; }
        .copy-text code { overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .copy-text .icon-button { width: 1.5rem; min-height: 1.5rem; }
        .copy-text .icon-button .icon { width: 0.8125rem; height: 0.8125rem; }
        .is-copied, .is-copied:hover { color: var(--ready); }

        .callout { display: flex; gap: 0.625rem; padding: var(--s3) var(--s4); border: 1px solid color-mix(in srgb, var(--tone) 26%, transparent); border-radius: var(--radius-l); background: var(--tone-soft); font-size: var(--size-s); }
        .callout > .icon { margin-block-start: 0.125rem; color: var(--tone); }
        .callout-body { flex: 1; min-width: 0; overflow-wrap: anywhere; }
        .callout-title { font-weight: 600; color: var(--tone); }
        .callout-hint { margin-block-start: var(--s1); color: var(--text-soft); }
        .callout-hint strong { color: var(--text); font-weight: 550; }
        .callout-info { --tone: var(--progressing); --tone-soft: var(--progressing-soft); }
        .callout-warning { --tone: var(--waiting); --tone-soft: var(--waiting-soft); }
        .callout-error { --tone: var(--failed); --tone-soft: var(--failed-soft); }
        .callout-success { --tone: var(--ready); --tone-soft: var(--ready-soft); }

        .dialog { width: min(32rem, calc(100vw - 2rem)); padding: 0; border: 1px solid var(--line); border-radius: var(--radius-l); background: var(--raised); color: var(--text); box-shadow: var(--shadow-2); }
        .dialog[open] { animation: rise var(--calm) var(--ease); }
        .dialog::backdrop { background: var(--veil); }
        .dialog-head { display: flex; align-items: center; justify-content: space-between; gap: var(--s3); padding: var(--s3) var(--s3) 0 var(--s5); }
        .dialog-body { display: grid; gap: var(--s4); padding: var(--s2) var(--s5) var(--s5); color: var(--text-soft); }
        .dialog-body .field-label { color: var(--text); }
        .dialog-foot { justify-content: flex-end; padding: var(--s3) var(--s5); border-block-start: 1px solid var(--line); }
        .dialog:has(.shortcuts) { width: min(42rem, calc(100vw - 2rem)); }
        .shortcuts { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: var(--s4) var(--s6); color: var(--text); }
        .shortcuts h3 { padding-block: var(--s2); color: var(--text-faint); font-size: var(--size-xs); font-weight: 500; }
        .shortcuts dl > div { display: flex; justify-content: space-between; padding: 0.25rem 0; font-size: var(--size-s); }
        .toasts { position: fixed; inset: auto var(--s4) var(--s4) auto; z-index: 60; display: grid; gap: var(--s2); width: min(24rem, calc(100vw - 2rem)); }
        .toast { display: flex; align-items: center; gap: 0.625rem; padding: 0.375rem 0.375rem 0.375rem var(--s3); border: 1px solid var(--line); border-radius: var(--radius-l); background: var(--raised); box-shadow: var(--shadow-2); font-size: var(--size-s); animation: rise var(--calm) var(--ease); }
        .toast p { flex: 1; }
        .toast > .icon { color: var(--ready); }
        .toast-info > .icon { color: var(--progressing); }
        .toast-error > .icon { color: var(--failed); }
        .skeleton { display: grid; gap: 0.625rem; }
        .skeleton-line { display: block; height: 0.625rem; border-radius: var(--radius-s); background: var(--line); animation: pulse 1.6s ease-in-out infinite; }
        .skeleton-0 { width: 82%; }
        .skeleton-1 { width: 64%; }
        .skeleton-2 { width: 92%; }
        .skeleton-3 { width: 48%; }
        .empty { display: grid; justify-items: center; gap: var(--s2); padding: var(--s7) var(--s4); text-align: center; }
        .empty > .icon { width: 1.75rem; height: 1.75rem; color: var(--text-faint); stroke-width: 1.1; margin-block-end: var(--s1); }
        .empty-title { font-weight: 600; }
        .empty-text { max-width: 46ch; color: var(--text-soft); font-size: var(--size-s); text-wrap: balance; }
        .empty .code { margin-block-start: var(--s2); text-align: start; max-width: 100%; }
        .empty .actions { margin-block-start: var(--s2); justify-content: center; }
        .is-lost { opacity: 0.6; }
        .card { border: 1px solid var(--line); border-radius: var(--radius-l); background: var(--surface); min-width: 0; overflow: clip; }
        .card-head { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s1) var(--s3); min-height: 2.875rem; padding: var(--s2) var(--s4); border-block-end: 1px solid var(--line); }
        .card-head .actions { margin-inline-start: auto; }
        .card-note { color: var(--text-faint); font-size: var(--size-s); }
        .card-body { padding: var(--s4); }
        .card-flush > .card-body { padding: 0; }
        .grid { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(26rem, 100%), 1fr)); gap: var(--s4); align-items: start; }
        .stats { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(12.5rem, 44%), 1fr)); gap: var(--s3); }
        .stack { display: grid; gap: var(--s4); min-width: 0; }

        .stat { position: relative; display: grid; grid-template-rows: auto 1fr auto; align-items: start; padding: var(--s3) var(--s4) 0; border: 1px solid var(--line); border-radius: var(--radius-l); background: var(--surface); min-height: 5.75rem; overflow: hidden; }
        .stat-title { color: var(--text-soft); font-size: var(--size-s); }
        .stat-link { color: inherit; }
        .stat-link::after { content: ""; position: absolute; inset: 0; }
        .stat:has(.stat-link:hover) { border-color: var(--line-strong); }
        .stat-value { display: flex; flex-wrap: wrap; align-items: baseline; gap: 0 0.3125rem; padding-block-end: var(--s2); }
        .stat-number { font-size: var(--size-xxl); font-weight: 600; letter-spacing: -0.025em; line-height: 1.35; }
        .stat-unit { color: var(--text-faint); font-size: var(--size-s); }
        .stat-change { margin-inline-start: auto; color: var(--tone); font-size: var(--size-xs); font-weight: 550; }
        .sparkline { display: block; width: calc(100% + 2rem); height: 1.75rem; margin: 0 -1rem; align-self: end; }

        .table { min-width: 0; }
        .table-scroll { overflow-x: auto; scrollbar-width: thin; }
        .table-tall { max-height: 32rem; overflow-y: auto; }
        .table-scroll:focus-visible { outline-offset: -2px; }
        table { width: 100%; border-collapse: separate; border-spacing: 0; font-size: var(--size-s); }
        thead th { position: sticky; inset-block-start: 0; z-index: 1; padding: 0.4375rem var(--s3); background: var(--sunken); border-block-end: 1px solid var(--line); color: var(--text-soft); font-size: var(--size-xs); font-weight: 500; text-align: start; white-space: nowrap; }
        tbody th, tbody td { padding: 0.5625rem var(--s3); border-block-end: 1px solid var(--line); text-align: start; font-weight: 400; vertical-align: middle; }
        tbody tr:last-child > * { border-block-end-color: transparent; }
        .dense tbody th, .dense tbody td { padding-block: 0.25rem; }
        th:first-child, td:first-child { padding-inline-start: var(--s4); }
        th:last-child, td:last-child { padding-inline-end: var(--s4); }
        tbody tr { scroll-margin: 4rem; }
        tbody tr[data-href] { cursor: pointer; }
        tbody tr:hover > * { background: var(--hover); }
        tbody tr[data-selected] > * { background: var(--selected); }
        tbody tr:focus-visible { outline: none; }
        tbody tr:focus-visible > * { background: var(--selected); }
        tbody tr:focus-visible > :first-child { box-shadow: inset 3px 0 0 var(--focus); }
        .row-tone > :first-child { box-shadow: inset 3px 0 0 var(--tone); }
        .cell-name { white-space: nowrap; }
        tbody .cell-name { font-weight: 550; }
        .cell-name a { color: var(--text); }
        thead .cell-number, tbody .cell-number { text-align: end; white-space: nowrap; }
        .cell-time { color: var(--text-soft); white-space: nowrap; }
        .cell-text { color: var(--text-soft); }
        .cell-code { white-space: nowrap; }
        .cell-select { width: 1%; padding-inline-end: 0; }
        .cell-select input[type="checkbox"] { display: block; margin: 0; }
        .cell-actions { width: 1%; text-align: end; white-space: nowrap; }
        .sort { display: inline-flex; align-items: center; gap: 0.25rem; color: inherit; }
        .sort .icon { width: 0.75rem; height: 0.75rem; opacity: 0; }
        .sort:hover { color: var(--text); text-decoration: none; }
        .sort:hover .icon, .sort:focus-visible .icon { opacity: 0.6; }
        [aria-sort] { color: var(--text); }
        [aria-sort] .sort .icon { opacity: 1; color: var(--accent); }
        .cell-number .sort { flex-direction: row-reverse; }
        .table-error { padding: var(--s4); }
        .pagination { display: flex; align-items: center; gap: var(--s2); padding: var(--s2) var(--s4); border-block-start: 1px solid var(--line); }
        .pagination-summary { flex: 1; color: var(--text-faint); font-size: var(--size-s); font-variant-numeric: tabular-nums; }
        .bulk { display: flex; align-items: center; gap: var(--s2); }

        .key-values { display: grid; grid-template-columns: repeat(auto-fit, minmax(min(16rem, 100%), 1fr)); gap: 0 var(--s6); font-size: var(--size-s); }
        .key-values > div { display: grid; grid-template-columns: minmax(6.5rem, 34%) minmax(0, 1fr); gap: var(--s3); padding: 0.4375rem 0; align-items: baseline; }
        .key-values dt { color: var(--text-faint); }
        .key-values dd { min-width: 0; overflow-wrap: anywhere; }

        .matrix-scroll { overflow-x: auto; scrollbar-width: thin; }
        .matrix { width: 100%; min-width: 38rem; table-layout: fixed; border-spacing: 0.375rem; }
        .matrix thead td { width: 7rem; }
        .matrix thead th { position: static; background: none; border: 0; padding: 0 var(--s2) var(--s1); }
        .matrix tbody th, .matrix tbody td { padding: 0; border: 0; }
        .matrix tbody tr:hover > * { background: none; }
        .matrix tbody th { position: sticky; inset-inline-start: 0; z-index: 1; width: 7rem; padding-inline-end: var(--s3); background: var(--surface); color: var(--text-soft); font-size: var(--size-s); font-weight: 500; }
        .matrix tbody tr:hover > th { background: var(--surface); }
        .matrix-cell { display: grid; gap: 1px; padding: var(--s2) 0.625rem; border: 1px solid var(--line); border-radius: var(--radius); color: var(--text); background: var(--surface); transition: border-color var(--quick), background var(--quick); }
        .matrix-cell:hover { text-decoration: none; border-color: var(--line-strong); background: var(--hover); }
        .matrix-cell.tone-failed, .matrix-cell.tone-waiting, .matrix-cell.tone-progressing, .matrix-cell.tone-unknown { background: var(--tone-soft); border-color: color-mix(in srgb, var(--tone) 30%, transparent); }
        .matrix-line { display: flex; align-items: center; gap: 0.375rem; }
        .matrix-count { font-weight: 600; font-size: var(--size-s); }
        .matrix-note { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; margin-inline-start: auto; color: var(--text-soft); font-size: var(--size-xs); }
        .matrix-release { color: var(--text-soft); font-family: var(--mono); font-size: 0.6875rem; }
        .matrix-none { display: block; height: 3.25rem; border: 1px dashed var(--line); border-radius: var(--radius); }

        .pipeline { display: grid; grid-auto-flow: column; grid-auto-columns: minmax(9.5rem, 1fr); gap: 1.25rem; overflow-x: auto; padding-block: 1px; scrollbar-width: thin; }
        .stage { position: relative; min-width: 0; }
        .stage:not(:last-child)::after { content: ""; position: absolute; inset: 1.1875rem -1.25rem auto auto; width: 1.25rem; border-block-start: 1.5px solid var(--line-strong); }
        .stage-head { display: flex; align-items: center; gap: 0.4375rem; padding: 0.5rem 0.625rem; border: 1px solid var(--line-strong); border-radius: var(--radius); background: var(--surface); line-height: 1.375rem; }
        .stage-pending .stage-head, .stage-cancelled .stage-head { border-style: dashed; color: var(--text-soft); }
        .stage-running .stage-head { border-color: var(--progressing); background: var(--progressing-soft); }
        .stage-waiting .stage-head { border-color: var(--waiting); background: var(--waiting-soft); }
        .stage-failed .stage-head { border-color: var(--failed); background: var(--failed-soft); }
        .stage-title { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--text); font-size: var(--size-s); font-weight: 550; }
        .stage-time { color: var(--text-soft); font-size: var(--size-xs); white-space: nowrap; }
        .steps { padding: var(--s2) 0.625rem 0; }
        .steps li { display: flex; align-items: center; gap: 0.4375rem; padding: 0.125rem 0; font-size: var(--size-xs); color: var(--text-soft); }
        .steps .stage-time { margin-inline-start: auto; color: var(--text-faint); }
        .steps .status .icon { width: 0.8125rem; height: 0.8125rem; }
        .stage-note { padding: var(--s1) 0.625rem 0; color: var(--text-soft); font-size: var(--size-xs); overflow-wrap: anywhere; }

        .event { position: relative; display: grid; grid-template-columns: 1rem minmax(0, 1fr); gap: var(--s3); padding-block-end: var(--s4); }
        .event:last-child { padding-block-end: 0; }
        .event:not(:last-child)::before { content: ""; position: absolute; inset: 1.5rem auto 0.125rem 0.46875rem; border-inline-start: 1px solid var(--line-strong); }
        .event > .status { height: 1.3125rem; }
        .event-title { display: flex; justify-content: space-between; gap: var(--s3); font-size: var(--size-s); }
        .event-title time { color: var(--text-faint); font-size: var(--size-xs); white-space: nowrap; }
        .event-text { color: var(--text-soft); font-size: var(--size-s); overflow-wrap: anywhere; }

        .log, .diff, .code { border: 1px solid var(--line); border-radius: var(--radius-l); background: var(--sunken); overflow: clip; min-width: 0; }
        .log-bar, .diff-head { display: flex; align-items: center; gap: var(--s3); min-height: 2.5rem; padding: var(--s1) var(--s4); border-block-end: 1px solid var(--line); background: var(--surface); font-size: var(--size-s); }
        .log-bar .actions { margin-inline-start: auto; gap: var(--s3); }
        .log-title { font-size: var(--size-s); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .live-mark { display: inline-flex; align-items: center; gap: 0.375rem; color: var(--ready); font-size: var(--size-xs); font-weight: 550; }
        .live-mark::before { content: ""; width: 0.4375rem; height: 0.4375rem; border-radius: 50%; background: currentColor; animation: pulse 2s ease-in-out infinite; }
        .toggle { display: inline-flex; align-items: center; gap: 0.375rem; color: var(--text-soft); font-size: var(--size-xs); white-space: nowrap; }
        .toggle input[type="checkbox"] { width: 0.875rem; height: 0.875rem; margin: 0; }
        .toggle input[type="checkbox"]:checked::before { width: 0.1875rem; height: 0.4375rem; }
        .log-scroll { max-height: 28rem; overflow: auto; padding: var(--s2) 0; scrollbar-width: thin; font-family: var(--mono); font-size: var(--size-xs); line-height: 1.6; }
        .log-scroll:focus-visible, .diff-scroll:focus-visible, pre:focus-visible { outline-offset: -2px; }
        .log-lines { min-width: max-content; }
        .log-line { display: flex; gap: var(--s3); padding: 0 var(--s4); white-space: pre; }
        .log-line:hover { background: var(--hover); }
        .log-line time { color: var(--text-faint); }
        .log-level { flex: none; width: 3rem; color: var(--text-soft); }
        .level-debug .log-text { color: var(--text-soft); }
        .level-warning .log-level { color: var(--waiting); font-weight: 600; }
        .level-error { background: var(--failed-soft); }
        .level-error .log-level { color: var(--failed); font-weight: 600; }
        .log-text a { color: inherit; }
        .log:has(.log-wrap:checked) .log-lines { min-width: 0; }
        .log:has(.log-wrap:checked) .log-text { white-space: pre-wrap; overflow-wrap: anywhere; min-width: 0; }
        .log-omitted { padding: 0 var(--s4) var(--s1); color: var(--text-faint); font-family: var(--font); }

        .diff-title { flex: 1; font-family: var(--mono); font-size: var(--size-xs); overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .diff-count { font-family: var(--mono); font-size: var(--size-xs); font-weight: 600; }
        .diff-count.diff-added { color: var(--ready); }
        .diff-count.diff-removed { color: var(--failed); }
        .diff-scroll { overflow-x: auto; scrollbar-width: thin; }
        .diff table { font-size: var(--size-xs); }
        .diff td { padding: 0 var(--s2); border: 0; white-space: pre; line-height: 1.65; }
        .diff td:first-child, .diff td:last-child { padding-inline: var(--s2); }
        .diff-number { width: 1%; min-width: 2.5rem; color: var(--text-faint); font-family: var(--mono); text-align: end; user-select: none; }
        .diff .diff-number { text-align: end; }
        .diff-sign { width: 1%; font-family: var(--mono); user-select: none; }
        .diff tr.diff-added > td, .diff tr.diff-added:hover > td { background: var(--ready-soft); }
        .diff tr.diff-added .diff-sign, .diff tr.diff-added .diff-number { color: var(--ready); }
        .diff tr.diff-removed > td, .diff tr.diff-removed:hover > td { background: var(--failed-soft); }
        .diff tr.diff-removed .diff-sign, .diff tr.diff-removed .diff-number { color: var(--failed); }
        .diff-gap td { padding-block: 0.1875rem; background: var(--stopped-soft); color: var(--stopped); text-align: center; }

        .code { position: relative; }
        .code-title { padding: var(--s2) var(--s4) 0; color: var(--text-faint); font-size: var(--size-xs); }
        .code pre { padding: 0.5625rem 3rem 0.5625rem var(--s4); overflow-x: auto; line-height: 1.6; scrollbar-width: thin; font-size: var(--size-xs); }
        .code > .icon-button { position: absolute; inset: 0.1875rem 0.1875rem auto auto; background: var(--sunken); }

        @media (max-width: 55.99rem) {
          .cell-extra { display: none; }
          thead th, tbody th, tbody td { padding-inline: 0.5rem; }
          th:first-child, td:first-child { padding-inline-start: var(--s3); }
          th:last-child, td:last-child { padding-inline-end: var(--s3); }
          .matrix { min-width: 33rem; border-spacing: 0.25rem; }
          .matrix thead td { width: 5.75rem; }
          .matrix tbody th { padding-inline: 0; font-size: var(--size-xs); }
          .matrix-cell { padding-inline: 0.4375rem; }
          .card-body:has(.matrix) { padding: var(--s2); }
          .callout { flex-wrap: wrap; }
          .callout-body { flex-basis: 12rem; }
          .callout > .actions { margin-inline-start: 1.625rem; }
          .stats { gap: var(--s2); }
          .pipeline { grid-auto-flow: row; grid-auto-columns: auto; gap: var(--s3); }
          .stage:not(:last-child)::after { inset: auto auto -0.75rem 1.0625rem; width: 0; height: 0.75rem; border: 0; border-inline-start: 1.5px solid var(--line-strong); }
          .stage:has(.steps)::after { display: none; }
          .log-line { gap: var(--s2); padding: 0 var(--s3); }
          .event-title { flex-wrap: wrap; gap: 0 var(--s3); }
        }
        .series-0 { --series: var(--series-0); }
        .series-1 { --series: var(--series-1); }
        .series-2 { --series: var(--series-2); }
        .series-3 { --series: var(--series-3); }
        .series-4 { --series: var(--series-4); }
        .bar-accent { --series: var(--series-0); fill: var(--series-0); }
        .bar-failed { --series: var(--bar-failed); fill: var(--bar-failed); }
        .bar-waiting { --series: var(--bar-waiting); fill: var(--bar-waiting); }
        .bar-neutral { --series: var(--bar-neutral); fill: var(--bar-neutral); }

        .chart { display: grid; gap: var(--s2); min-width: 0; }
        .chart-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: var(--s1) var(--s3); font-size: var(--size-s); }
        .chart-title { font-weight: 600; }
        .chart-note { color: var(--text-faint); }
        .legend { display: flex; flex-wrap: wrap; gap: var(--s1) var(--s3); color: var(--text-soft); font-size: var(--size-xs); }
        .chart-head .legend { margin-inline-start: auto; }
        .key { display: inline-flex; align-items: center; gap: 0.375rem; }
        .key-mark { width: 0.625rem; height: 0.625rem; border-radius: 2px; background: var(--series); }
        .chart-plot { display: grid; grid-template: 10rem auto / auto minmax(0, 1fr); gap: var(--s1) var(--s2); }
        .chart-steps { grid-area: 1 / 1; display: flex; flex-direction: column; justify-content: space-between; margin-block: -0.5rem; color: var(--text-faint); font-size: 0.6875rem; line-height: 1rem; text-align: end; font-variant-numeric: tabular-nums; min-width: 2.25rem; }
        .chart-drawing { grid-area: 1 / 2; width: 100%; height: 100%; overflow: visible; }
        .chart-none { grid-area: 1 / 2; place-self: center; color: var(--text-faint); font-size: var(--size-s); }
        .chart-times { grid-area: 2 / 2; display: flex; justify-content: space-between; color: var(--text-faint); font-size: 0.6875rem; font-variant-numeric: tabular-nums; }
        .chart-grid { fill: none; stroke: var(--line); stroke-width: 1; vector-effect: non-scaling-stroke; }
        .chart-line { fill: none; stroke: var(--series, var(--series-0)); stroke-width: 1.75; stroke-linejoin: round; stroke-linecap: round; vector-effect: non-scaling-stroke; }
        .chart-area { fill: var(--series, var(--series-0)); opacity: 0.1; stroke: none; }
        .sparkline .chart-line { stroke-width: 1.25; }
        .chart-hit { fill: var(--text); opacity: 0; }
        .chart-hit:hover { opacity: 0.07; }
        .chart-tip { position: fixed; z-index: 50; pointer-events: none; padding: var(--s1) var(--s2); border: 1px solid var(--line); border-radius: var(--radius); background: var(--raised); box-shadow: var(--shadow-2); font-size: var(--size-xs); white-space: pre; font-variant-numeric: tabular-nums; }
        .chart-table summary { width: fit-content; color: var(--text-faint); font-size: var(--size-xs); }
        .chart-table summary:hover { color: var(--text); }
        .chart-table .table-scroll { max-height: 16rem; margin-block-start: var(--s2); border: 1px solid var(--line); border-radius: var(--radius); }

        .percentiles { display: block; width: 100%; min-width: 6rem; height: 0.75rem; }
        .percentile-ground { fill: var(--line); }
        .percentile-99 { fill: var(--series-0); opacity: 0.28; }
        .percentile-90 { fill: var(--series-0); opacity: 0.5; }
        .percentile-50 { fill: var(--series-0); }

        .waterfall { border: 1px solid var(--line); border-radius: var(--radius-l); overflow: clip; font-size: var(--size-s); }
        .waterfall-row { display: grid; grid-template-columns: minmax(10rem, 34%) minmax(0, 1fr) 5.5rem; align-items: center; gap: var(--s3); padding: 0.1875rem var(--s4); border-block-end: 1px solid var(--line); }
        .waterfall-row:last-child { border-block-end: 0; }
        .waterfall-row:not(.waterfall-head):hover { background: var(--hover); }
        .waterfall-head { padding-block: 0.4375rem; background: var(--sunken); color: var(--text-soft); font-size: var(--size-xs); font-weight: 500; }
        .waterfall-head > :last-child, .waterfall-time { text-align: end; }
        .waterfall-scale { display: flex; justify-content: space-between; font-weight: 400; color: var(--text-faint); font-variant-numeric: tabular-nums; }
        .waterfall-name { display: flex; align-items: center; gap: 0.4375rem; min-width: 0; line-height: 1.5rem; }
        .waterfall-name > a, .waterfall-name > span:last-of-type { min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; }
        .waterfall-name > a { color: var(--text-soft); }
        .waterfall-service { flex: none; font-weight: 550; }
        .waterfall-track { display: block; height: 0.75rem; background: repeating-linear-gradient(90deg, var(--line) 0 1px, transparent 1px 25%); }
        .waterfall-bar { display: block; width: 100%; height: 0.75rem; overflow: visible; }
        .waterfall-bar rect { fill: var(--bar-neutral); }
        .span-critical .waterfall-bar rect { fill: var(--series-0); }
        .span-failed .waterfall-bar rect { fill: var(--bar-failed); }
        .span-failed.span-critical .waterfall-bar rect { stroke: var(--series-0); stroke-width: 2; }
        .span-missing .waterfall-bar rect { fill: none; stroke: var(--text-faint); stroke-dasharray: 3 3; }
        .span-missing .waterfall-name, .span-missing .waterfall-name > a, .span-missing .waterfall-time { color: var(--text-faint); }
        .span-missing .waterfall-service { font-weight: 400; }
        .waterfall-time { color: var(--text-soft); font-size: var(--size-xs); white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .waterfall + .legend { margin-block-start: var(--s2); }
        .key-critical { background: var(--series-0); }
        .key-failed { background: var(--bar-failed); }
        .key-missing { background: none; border: 1px dashed var(--text-faint); }
        .depth-1 { padding-inline-start: 0.875rem; }
        .depth-2 { padding-inline-start: 1.75rem; }
        .depth-3 { padding-inline-start: 2.625rem; }
        .depth-4 { padding-inline-start: 3.5rem; }
        .depth-5 { padding-inline-start: 4.375rem; }
        .depth-6 { padding-inline-start: 5.25rem; }
        .depth-7 { padding-inline-start: 6.125rem; }
        .depth-8 { padding-inline-start: 7rem; }

        @media (max-width: 55.99rem) {
          .waterfall-row { grid-template-columns: minmax(0, 1fr) auto; gap: 0 var(--s2); padding: 0.375rem var(--s3); }
          .waterfall-track, .waterfall-scale { grid-column: 1 / -1; grid-row: 2; }
          .waterfall-head > :first-child, .waterfall-head > :last-child { display: none; }
          .chart-plot { grid-template-rows: 8rem auto; }
          .chart-head .legend { margin-inline-start: 0; width: 100%; }
        }
        .sample-bar { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2) var(--s3); }
        .gallery > section { padding-block-start: var(--s5); border-block-start: 1px solid var(--line); display: grid; gap: var(--s4); min-width: 0; }
        .gallery > section > *, .grid > * { min-width: 0; }
        .gallery { display: grid; gap: var(--s6); }
        .gallery-index { columns: 12rem; font-size: var(--size-s); }
        .swatches { display: grid; grid-template-columns: repeat(auto-fill, minmax(9.5rem, 1fr)); gap: var(--s2); }
        .swatch { display: flex; align-items: center; gap: var(--s2); font-size: var(--size-xs); }
        .swatch svg { flex: none; width: 1.75rem; height: 1.75rem; border: 1px solid var(--line); border-radius: var(--radius); }
        .type-scale > p { display: flex; align-items: baseline; gap: var(--s4); }
        .type-scale code { width: 7rem; flex: none; color: var(--text-faint); }
        .type-xxl { font-size: var(--size-xxl); font-weight: 600; letter-spacing: -0.02em; }
        .type-xl { font-size: var(--size-xl); font-weight: 600; }
        .type-l { font-size: var(--size-l); font-weight: 600; }
        .type-s { font-size: var(--size-s); }
        .type-xs { font-size: var(--size-xs); color: var(--text-soft); }
        .toasts-sample { display: grid; gap: var(--s2); max-width: 24rem; }
        /* Where a page has a search of its own, the key leads there. */
        .page:has(main [data-search]) .bar-search .keys { display: none; }
        .question { display: grid; gap: var(--s3); }
        .question .toolbar .search { flex: 1 1 14rem; max-width: none; }
        .filter-field { display: inline-flex; align-items: center; min-height: var(--control); border: 1px solid var(--line-strong); border-radius: var(--radius); background: var(--surface); font-size: var(--size-s); }
        .filter-field:hover { border-color: var(--text-faint); }
        .filter-field:focus-within { border-color: var(--focus); box-shadow: 0 0 0 3px color-mix(in srgb, var(--focus) 22%, transparent); }
        .filter-field .input { width: 9.5rem; min-height: 1.875rem; border: 0; background: transparent; box-shadow: none; padding-inline-start: 0.375rem; font-weight: 500; }
        .filter-field .input::-webkit-calendar-picker-indicator { display: none; }

        .mistake { display: grid; gap: var(--s2); padding: var(--s3) var(--s4); border: 1px solid color-mix(in srgb, var(--failed) 26%, transparent); border-radius: var(--radius-l); background: var(--failed-soft); font-size: var(--size-s); }
        .mistake-title { display: flex; flex-wrap: wrap; align-items: center; gap: var(--s2); color: var(--failed); }
        .mistake-title span { color: var(--text-soft); }
        .mistake-source { overflow-x: auto; padding: var(--s2) var(--s3); border-radius: var(--radius); background: var(--surface); }
        .mistake-source code { white-space: pre; }
        .mistake-mark { padding: 0 0.125rem; background: none; color: var(--failed); font-weight: 700; border-block-end: 2px solid var(--failed); border-radius: 0; }

        .records { container-type: inline-size; background: var(--surface); }
        .records .log-title { font-weight: 600; }
        .record-lines { font-family: var(--mono); font-size: var(--size-xs); line-height: 1.6; }
        .record { border-block-start: 1px solid var(--line); }
        .record:first-child { border-block-start: 0; }
        .record summary { display: flex; gap: var(--s3); padding: 0.1875rem var(--s4); list-style: none; cursor: pointer; }
        .record summary::-webkit-details-marker { display: none; }
        .record summary:hover { background: var(--hover); }
        .record summary:focus-visible { outline-offset: -2px; background: var(--selected); }
        .record summary > * { flex: none; }
        .record summary > .log-text { flex: 1; min-width: 0; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; unicode-bidi: isolate; }
        .record time { color: var(--text-faint); }
        .record-source { width: 11rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; color: var(--text-soft); }
        .record-more { color: var(--text-faint); }
        .record.level-error { background: none; box-shadow: inset 3px 0 0 var(--bar-failed); }
        .record.level-warning { box-shadow: inset 3px 0 0 var(--bar-waiting); }
        .record details[open] > summary { background: var(--selected); position: sticky; inset-block-start: var(--bar-height); z-index: 1; }
        .record-body { padding: var(--s3) var(--s4) var(--s4); border-block-start: 1px solid var(--line); background: var(--sunken); font-family: var(--font); font-size: var(--size-s); }
        .log:has(.log-wrap:checked) .record summary > .log-text { white-space: pre-wrap; overflow-wrap: anywhere; }
        .record-part { display: grid; gap: var(--s3); min-width: 0; }
        .record-part .code { background: var(--surface); }
        .record-part pre { max-height: 24rem; overflow: auto; white-space: pre-wrap; overflow-wrap: anywhere; }
        .record-fields { font-size: var(--size-xs); }
        .record-fields > div { display: grid; grid-template-columns: minmax(7rem, 14rem) minmax(0, 1fr); gap: var(--s3); align-items: baseline; padding: 0.125rem 0; border-block-end: 1px solid var(--line); }
        .record-fields > div:last-child { border-block-end: 0; }
        .record-fields dt { color: var(--text-faint); overflow-wrap: anywhere; }
        .record-fields dd { display: flex; flex-wrap: wrap; align-items: center; gap: 0 var(--s1); min-width: 0; min-height: 1.5rem; font-family: var(--mono); overflow-wrap: anywhere; unicode-bidi: isolate; }
        .record-fields dd > :first-child { min-width: 0; max-width: 100%; }
        .record-fields .icon-button { width: 1.5rem; min-height: 1.375rem; border-radius: var(--radius-s); color: var(--text-faint); }
        .record-fields .icon-button .icon { width: 0.75rem; height: 0.75rem; }
        @container (max-width: 44rem) {
          .record summary { flex-wrap: wrap; gap: 0 var(--s2); padding: var(--s1) var(--s3); }
          .record-source { width: auto; flex: 1; }
          .record summary > .log-text { flex: 1 0 100%; white-space: normal; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 3; overflow-wrap: anywhere; }
          .log:has(.log-wrap:checked) .record summary > .log-text { -webkit-line-clamp: none; }
          .record-more { display: none; }
          .record-body { padding: var(--s3); }
          .record-fields > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
          .record-fields .icon-button { width: 2.25rem; min-height: 2rem; }
        }

        .chart[data-narrows] .chart-hit { cursor: crosshair; }
        .chart[data-narrows] .chart-drawing { touch-action: pan-y; }
        .chart[data-narrows] .bar-accent { opacity: 0.55; }
        .chart-hit.is-drawn { opacity: 0.14; }

        .spark-bars { display: block; width: 6.5rem; height: 1.25rem; }
        .spark-bars .bar-all { fill: var(--series-0); opacity: 0.55; }
        .share-bar { display: block; width: 100%; min-width: 5rem; height: 0.375rem; }
        .cell-below { display: block; color: var(--text-faint); font-family: var(--font); font-size: var(--size-xs); font-weight: 400; line-height: 1.35; white-space: nowrap; overflow: hidden; text-overflow: ellipsis; }
        .cell-cut { display: inline-block; max-width: 22rem; overflow: hidden; text-overflow: ellipsis; white-space: nowrap; vertical-align: bottom; }
        .cell-actions .icon-button { width: 1.75rem; min-height: 1.75rem; }
        .grid-three { grid-template-columns: repeat(auto-fit, minmax(min(18rem, 100%), 1fr)); }

        .split { display: grid; grid-template-columns: minmax(0, 1fr) minmax(19rem, 27rem); gap: var(--s4); align-items: start; }
        .split > .stack > * { min-width: 0; }
        .split .key-values { grid-template-columns: minmax(0, 1fr); }
        .split .key-values > div { padding: 0.25rem 0; }
        .split .record-fields > div { grid-template-columns: minmax(5rem, 40%) minmax(0, 1fr); gap: var(--s2); }
        .split .stack { grid-template-columns: minmax(0, 1fr); }
        .split h3 { margin-block-end: var(--s1); }
        .span-events { display: grid; gap: var(--s3); }
        .span-events .code { margin-block-start: var(--s2); }
        .span-links a { font-family: var(--mono); font-size: var(--size-xs); overflow-wrap: anywhere; }
        .waterfall-bar .bar-critical { fill: var(--series-0); }
        .span-failed .waterfall-bar .bar-critical { fill: var(--bar-failed); stroke: none; }
        .span-failed .waterfall-bar .bar-span { opacity: 0.45; stroke: none; }
        .span-chosen, .span-chosen:hover { background: var(--selected); box-shadow: inset 3px 0 0 var(--focus); }
        .waterfall-more { background: var(--sunken); grid-template-columns: minmax(0, 1fr); }
        .waterfall-more a { font-weight: 500; }

        .empty .actions > .empty-text { flex: 1 0 100%; max-width: none; text-align: center; }

        .bar::after { content: ""; position: absolute; inset: auto auto -1px 0; width: 30%; height: 2px; background: var(--accent); opacity: 0; }
        :root[data-going] .bar::after { opacity: 1; animation: going 1.1s var(--ease) infinite; }
        @keyframes going { from { translate: -100% 0; } to { translate: 340% 0; } }

        @media (min-width: 56rem) {
          .split .waterfall-row:not(.waterfall-more) { grid-template-columns: minmax(10rem, 42%) minmax(0, 1fr) 4.5rem; }
        }
        @media (max-width: 70rem) {
          .split { grid-template-columns: minmax(0, 1fr); }
        }
        @media (max-width: 55.99rem) {
          .question .toolbar { gap: var(--s2); }
          .question form.toolbar > .filter-field, .question form.toolbar > .select-inline { flex: 1 1 42%; min-width: 0; }
          .question form.toolbar .filter-field .input, .question form.toolbar .select-inline .input { flex: 1; width: 100%; min-width: 0; }
          .question form.toolbar > .button { flex: 1 1 100%; }
          .question .choices { max-width: 100%; overflow-x: auto; scrollbar-width: none; }
          .dense tbody th, .dense tbody td, .dense thead th { padding-inline: 0.3125rem; }
          .record-fields > div { grid-template-columns: minmax(0, 1fr); gap: 0; }
          .cell-below.wide-only { display: none; }
          .cell-cut { max-width: 12rem; }
          .cell-below { max-width: 9.5rem; }
        }
        """#)
    static let consoleJS = Asset(
        name: "console-00daaeb042.js", mediaType: "text/javascript; charset=utf-8",
        content: #"""
        // What a page does in the browser beside showing: switches, keyboard, rows, dialogs, copying, hints of charts, times.
        // Everything here only eases what works without it. Listeners stand on the document, so parts put in later are served.
        "use strict";
        (() => {
          const root = document.documentElement;
          const year = 365 * 86400;
          const remember = (name, value) => {
            const secure = location.protocol === "https:" ? "; Secure" : "";
            document.cookie = `${name}=${value}; Path=/; Max-Age=${year}; SameSite=Lax${secure}`;
          };
          const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null
            && !target.matches("input[type=checkbox]");
          const all = (selector, within = document) => [...within.querySelectorAll(selector)];

          // The server writes times by this clock from the next page on.
          remember("gantry-zone", -new Date().getTimezoneOffset());

          // Switches.
          const chooseTheme = (link) => {
            const theme = link.dataset.themeChoice;
            remember("gantry-theme", theme);
            if (theme === "system") delete root.dataset.theme; else root.dataset.theme = theme;
            for (const other of all("[data-theme-choice]")) {
              if (other === link) other.setAttribute("aria-current", "true"); else other.removeAttribute("aria-current");
            }
          };
          const chooseLanguage = (link) => {
            remember("gantry-language", link.dataset.language);
            location.reload();
          };
          const closeMenus = (except) => {
            for (const menu of all("details.menu[open]")) if (menu !== except) menu.open = false;
          };

          // Dialogs.
          const openDialog = (id) => {
            const dialog = document.getElementById(id);
            if (dialog instanceof HTMLDialogElement && !dialog.open) dialog.showModal();
          };

          // Copying. Buttons are shown only where they work.
          const showCopyButtons = (within) => {
            if (!navigator.clipboard) return;
            for (const button of all("[data-copy][hidden]", within)) button.hidden = false;
          };
          const copy = async (button) => {
            try { await navigator.clipboard.writeText(button.dataset.copy); } catch { return; }
            const use = button.querySelector("use");
            const before = button.getAttribute("aria-label");
            use?.setAttribute("href", "#icon-check");
            button.classList.add("is-copied");
            button.setAttribute("aria-label", document.getElementById("toasts")?.dataset.copied ?? before);
            setTimeout(() => {
              use?.setAttribute("href", "#icon-copy");
              button.classList.remove("is-copied");
              button.setAttribute("aria-label", before);
            }, 1500);
          };

          // Rows: j and k move, Enter opens, x selects.
          const rows = () => all("table[data-rows] tbody tr:not([aria-hidden]), .record summary").filter((row) => row.offsetParent !== null);
          const moveRow = (step) => {
            const list = rows();
            if (list.length === 0) return;
            const at = list.indexOf(document.activeElement?.closest("tr, .record summary"));
            const next = at < 0 ? (step > 0 ? 0 : list.length - 1) : Math.min(Math.max(at + step, 0), list.length - 1);
            list[next].focus({ focusVisible: true });
            list[next].scrollIntoView({ block: "nearest" });
          };
          const markSelection = (table) => {
            const boxes = all("tbody .cell-select input", table);
            for (const box of boxes) box.closest("tr").toggleAttribute("data-selected", box.checked);
            const head = table.querySelector("[data-select-all]");
            if (!head) return;
            const count = boxes.filter((box) => box.checked).length;
            head.checked = count > 0 && count === boxes.length;
            head.indeterminate = count > 0 && count < boxes.length;
          };

          document.addEventListener("click", (event) => {
            if (!(event.target instanceof Element)) return;
            const target = event.target;
            const find = (selector) => target.closest(selector);
            const plain = !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
            closeMenus(find("details.menu"));
            const busy = find("[aria-disabled=true]");
            if (busy) { event.preventDefault(); return; }
            const theme = find("[data-theme-choice]");
            if (theme && plain) { event.preventDefault(); chooseTheme(theme); closeMenus(); return; }
            const language = find("[data-language]");
            if (language && plain) { event.preventDefault(); chooseLanguage(language); return; }
            const opener = find("[data-dialog]");
            if (opener) { openDialog(opener.dataset.dialog); return; }
            if (find("[data-close]")) { find("dialog")?.close(); return; }
            if (find("[data-dismiss]")) { find("[data-toast]")?.remove(); return; }
            const copier = find("[data-copy]");
            if (copier) { copy(copier); return; }
            if (target instanceof HTMLDialogElement && target.open && event.detail > 0) {
              const box = target.getBoundingClientRect();
              const inside = event.clientX >= box.left && event.clientX <= box.right
                && event.clientY >= box.top && event.clientY <= box.bottom;
              if (!inside) target.close();
              return;
            }
            const row = find("tr[data-href]");
            if (row && !find("a, button, input, label, summary") && getSelection().isCollapsed) {
              if (plain) location.assign(row.dataset.href); else window.open(row.dataset.href, "_blank", "noopener");
            }
          });

          document.addEventListener("change", (event) => {
            const box = event.target;
            if (!(box instanceof HTMLInputElement)) return;
            const table = box.closest("table[data-rows]");
            if (!table) return;
            if (box.matches("[data-select-all]")) {
              for (const other of all("tbody .cell-select input", table)) other.checked = box.checked;
            }
            markSelection(table);
          });

          // A filter that is chosen from a list is applied at once.
          document.addEventListener("change", (event) => {
            if (event.target.matches?.("select[data-sends]")) event.target.form?.requestSubmit();
          });

          // An address holds what was asked and not what was left open.
          document.addEventListener("submit", (event) => {
            if (event.target.method !== "get") return;
            const empty = [...event.target.elements].filter((field) => field.name && field.value === "" && !field.disabled);
            for (const field of empty) field.disabled = true;
            setTimeout(() => { for (const field of empty) field.disabled = false; });
          });

          // A line opens to what the server knows of it; asked for once.
          document.addEventListener("toggle", async (event) => {
            const line = event.target;
            if (!(line instanceof HTMLDetailsElement) || !line.matches("[data-opens]") || !line.open || line.dataset.asked) return;
            line.dataset.asked = "true";
            const body = line.querySelector(".record-body");
            const link = body?.querySelector("a");
            if (!link) return;
            const address = new URL(link.href);
            address.search = new URLSearchParams([["part", "1"], ...new URLSearchParams(location.search)]).toString();
            try {
              const answer = await fetch(address, { headers: { Accept: "text/html" }, credentials: "same-origin" });
              if (answer.status === 401 || answer.redirected) { location.reload(); return; }
              if (!answer.ok) throw new Error(String(answer.status));
              body.replaceChildren(document.createRange().createContextualFragment(await answer.text()));
              window.gantry.serve(body);
            } catch { delete line.dataset.asked; }
          }, true);

          // Charts that narrow the time lend the links of their table to the drawing: a press takes one point, drawing several.
          let drawn = null;
          const pointOf = (event) => {
            const hit = event.target instanceof Element ? event.target.closest("[data-narrows] .chart-hit") : null;
            if (!hit) return null;
            const chart = hit.closest("[data-narrows]");
            return { chart, at: all(".chart-hit", chart).indexOf(hit) };
          };
          const paintDrawn = () => {
            for (const hit of all(".chart-hit.is-drawn")) hit.classList.remove("is-drawn");
            if (!drawn) return;
            const [first, last] = [Math.min(drawn.from, drawn.to), Math.max(drawn.from, drawn.to)];
            all(".chart-hit", drawn.chart).slice(first, last + 1).forEach((hit) => hit.classList.add("is-drawn"));
          };
          document.addEventListener("pointerdown", (event) => {
            const point = event.button === 0 ? pointOf(event) : null;
            if (!point) return;
            if (event.pointerType === "mouse") event.preventDefault();
            drawn = { chart: point.chart, from: point.at, to: point.at };
            paintDrawn();
          });
          document.addEventListener("pointermove", (event) => {
            const point = drawn ? pointOf(event) : null;
            if (point?.chart === drawn?.chart && point && point.at !== drawn.to) { drawn.to = point.at; paintDrawn(); }
          });
          document.addEventListener("pointerup", () => {
            if (!drawn) return;
            const links = all(".chart-table tbody a", drawn.chart);
            const [first, last] = [Math.min(drawn.from, drawn.to), Math.max(drawn.from, drawn.to)];
            drawn = null;
            paintDrawn();
            if (!links[first] || !links[last]) return;
            const address = new URL(links[first].href);
            address.searchParams.set("to", new URL(links[last].href).searchParams.get("to"));
            location.assign(address);
          });
          document.addEventListener("pointercancel", () => { drawn = null; paintDrawn(); });

          // A page that takes long shows that it is on its way.
          let going = 0;
          addEventListener("beforeunload", () => { going = setTimeout(() => { root.dataset.going = "true"; }, 250); });
          addEventListener("pageshow", () => { clearTimeout(going); delete root.dataset.going; });

          // A form that was sent is not sent twice.
          document.addEventListener("submit", (event) => {
            const form = event.target;
            if (form.method !== "post") return;
            if (form.dataset.sent) { event.preventDefault(); return; }
            form.dataset.sent = "true";
            event.submitter?.setAttribute("aria-busy", "true");
          });
          // A page that comes back by the back button may be sent again.
          addEventListener("pageshow", (event) => {
            if (!event.persisted) return;
            for (const form of all("form[data-sent]")) delete form.dataset.sent;
            for (const button of all("form [type=submit][aria-busy]")) button.removeAttribute("aria-busy");
          });

          // Keys.
          let goesUntil = 0;
          const goLimit = 1200;
          const keys = {
            "/": () => {
              const field = document.querySelector("main [data-search]") ?? document.querySelector("[data-search]");
              field?.focus();
              field?.select();
            },
            "?": () => openDialog("shortcuts"),
            j: () => moveRow(1),
            k: () => moveRow(-1),
            g: () => { goesUntil = performance.now() + goLimit; },
          };
          document.addEventListener("keydown", (event) => {
            if (event.isComposing || event.ctrlKey || event.metaKey || event.altKey) return;
            const target = event.target instanceof Element ? event.target : document.body;
            if (event.key === "Escape") {
              closeMenus();
              if (target.matches("[data-search]")) target.blur();
              return;
            }
            if (isTyping(target) || document.querySelector("dialog[open]")) return;
            if (performance.now() < goesUntil && /^[a-z]$/.test(event.key)) {
              goesUntil = 0;
              const link = document.querySelector(`[data-go="${event.key}"]`);
              if (link) { event.preventDefault(); link.click(); }
              return;
            }
            if (target.matches("tr[tabindex]")) {
              if (event.key === "Enter" && target.dataset.href) { event.preventDefault(); location.assign(target.dataset.href); return; }
              if (event.key === "x") { target.querySelector(".cell-select input")?.click(); return; }
            }
            const act = keys[event.key];
            if (act) { event.preventDefault(); act(); }
          });

          // Hints of charts follow the pointer at once; the drawing's own titles would wait.
          let tip = null;
          document.addEventListener("pointermove", (event) => {
            const hit = event.target instanceof Element ? event.target.closest(".chart-hit") : null;
            if (!hit) { tip?.remove(); tip = null; return; }
            const title = hit.querySelector("title");
            if (title) { hit.dataset.tip = title.textContent; title.remove(); }
            if (!tip) {
              tip = document.createElement("div");
              tip.className = "chart-tip";
              document.body.append(tip);
            }
            tip.textContent = hit.dataset.tip;
            const room = 14;
            const left = event.clientX + room + tip.offsetWidth > innerWidth ? event.clientX - room - tip.offsetWidth : event.clientX + room;
            tip.style.left = `${Math.max(left, 4)}px`;
            tip.style.top = `${Math.min(event.clientY + room, innerHeight - tip.offsetHeight - 4)}px`;
          });

          // Times stay true while the page stands. The words are the server's (Formats.relative).
          const chinese = root.lang.startsWith("zh");
          const relative = (seconds) => {
            const size = Math.abs(seconds);
            if (size < 10) return chinese ? "刚刚" : "just now";
            if (size >= 30 * 86400) return null;
            const [count, unit, name] = size < 60 ? [size, "s", "秒"] : size < 3600 ? [size / 60, "min", "分钟"]
              : size < 86400 ? [size / 3600, "h", "小时"] : [size / 86400, "d", "天"];
            const whole = Math.floor(count);
            if (chinese) return `${whole} ${name}${seconds >= 0 ? "前" : "后"}`;
            return seconds >= 0 ? `${whole} ${unit} ago` : `in ${whole} ${unit}`;
          };
          // Reckoned from the server's clock as the page had it, since the reader's may be wrong.
          const renderedAt = Date.parse(root.dataset.now ?? "") || Date.now();
          const openedAt = performance.now();
          const refreshTimes = () => {
            const now = renderedAt + performance.now() - openedAt;
            for (const time of all("time[data-relative]")) {
              const text = relative((now - Date.parse(time.dateTime)) / 1000);
              if (text !== null && time.textContent !== text) time.textContent = text;
            }
          };
          setInterval(() => { if (!document.hidden) refreshTimes(); }, 10000);

          // Toasts go by themselves, unless they wait to be read or someone looks at them.
          const serveToasts = (within) => {
            for (const toast of all("#toasts [data-toast]:not([data-stays])", within)) {
              const leave = () => { if (toast.matches(":hover, :focus-within")) setTimeout(leave, 2000); else toast.remove(); };
              setTimeout(leave, 6000);
            }
          };

          window.gantry = { serve(part) { showCopyButtons(part); refreshTimes(); } };
          showCopyButtons(document);
          for (const table of all("table[data-rows]")) markSelection(table);
          serveToasts(document);
        })();
        """#)
    static let liveJS = Asset(
        name: "live-08aa114a27.js", mediaType: "text/javascript; charset=utf-8",
        content: #"""
        // Parts of a page that follow the server: `data-poll` asks again, `data-stream` listens to server-sent events. What
        // comes is HTML that our own server made and escaped; scripts in it would not run, by the content policy.
        "use strict";
        (() => {
          const parse = (html) => document.createRange().createContextualFragment(html);
          // A log in the page keeps this many lines; older ones are on the server.
          const lineLimit = 5000;
          const longestWaitSeconds = 60;

          // A part is left alone while someone types in it, has marked text in it, or a dialog stands open.
          const isInUse = (part) => {
            if (part.contains(document.activeElement) && document.activeElement.matches("input, textarea, select")) return true;
            const selection = getSelection();
            if (!selection.isCollapsed && part.contains(selection.anchorNode)) return true;
            return part.querySelector("dialog[open], details.menu[open]") !== null;
          };
          const replace = (part, html) => {
            if (part.lastHTML === html || isInUse(part)) return;
            part.lastHTML = html;
            const row = [...part.querySelectorAll("tr")].indexOf(document.activeElement?.closest("tr"));
            const scrolls = [...part.querySelectorAll(".table-scroll, .log-scroll")].map((box) => [box.scrollLeft, box.scrollTop]);
            const open = [...part.querySelectorAll("details")].map((box) => box.open);
            part.replaceChildren(parse(html));
            [...part.querySelectorAll(".table-scroll, .log-scroll")].forEach((box, at) => {
              if (scrolls[at]) [box.scrollLeft, box.scrollTop] = scrolls[at];
            });
            [...part.querySelectorAll("details")].forEach((box, at) => { if (open[at]) box.open = true; });
            if (row >= 0) part.querySelectorAll("tr")[row]?.focus({ preventScroll: true });
            window.gantry?.serve(part);
          };

          const poll = (part) => {
            const period = Math.max(Number(part.dataset.every) || 5, 1);
            let failures = 0;
            const ask = async () => {
              if (!part.isConnected) return;
              if (!document.hidden) {
                try {
                  const answer = await fetch(part.dataset.poll, { headers: { Accept: "text/html" }, credentials: "same-origin" });
                  // Signed out meanwhile: the page itself knows what to do.
                  if (answer.status === 401 || answer.redirected) { location.reload(); return; }
                  if (!answer.ok) throw new Error(String(answer.status));
                  replace(part, await answer.text());
                  failures = 0;
                } catch { failures += 1; }
                part.classList.toggle("is-lost", failures > 1);
              }
              setTimeout(ask, Math.min(period * 2 ** failures, longestWaitSeconds) * 1000);
            };
            setTimeout(ask, period * 1000);
          };

          // Lines are gathered and put in once a frame, however fast they come.
          const stream = (part) => {
            const source = new EventSource(part.dataset.stream);
            const box = part.closest(".log-scroll");
            const follow = part.closest("[data-log]")?.querySelector(".log-follow");
            const isNewestFirst = part.hasAttribute("data-newest-first");
            const pause = part.closest("[data-log]")?.querySelector("[data-pause]");
            const pauseText = pause?.textContent;
            let waiting = [];
            let isPaused = false;
            const showPause = () => {
              if (!pause) return;
              pause.setAttribute("aria-pressed", String(isPaused));
              const held = waiting.length > 0 ? ` · ${pause.dataset.held.replace("{count}", waiting.length)}` : "";
              pause.firstElementChild.textContent = isPaused ? pause.dataset.resume + held : pauseText;
            };
            const flush = () => {
              const html = (isNewestFirst ? waiting.reverse() : waiting).join("");
              waiting = [];
              if (isNewestFirst) part.prepend(parse(html)); else part.append(parse(html));
              for (let extra = part.childElementCount - lineLimit; extra > 0; extra -= 1) {
                (isNewestFirst ? part.lastElementChild : part.firstElementChild).remove();
              }
              if (box && follow?.checked) box.scrollTop = box.scrollHeight;
              window.gantry?.serve(part);
            };
            source.addEventListener("append", (event) => {
              waiting.push(event.data);
              if (isPaused) {
                // What is held back has a limit as well; the oldest of it are still on the server.
                if (waiting.length > lineLimit) waiting.shift();
                showPause();
              } else if (waiting.length === 1) requestAnimationFrame(flush);
            });
            const setPaused = (on) => { isPaused = on; if (!on && waiting.length > 0) flush(); showPause(); };
            pause?.addEventListener("click", () => setPaused(!isPaused));
            // Whoever opens a line reads it: what is read does not move.
            part.addEventListener("toggle", (event) => { if (pause && event.target.open) setPaused(true); }, true);
            source.addEventListener("replace", (event) => replace(part, event.data));
            // The server says when there is no more; else the browser would ask for ever.
            source.addEventListener("end", () => { source.close(); part.closest("[data-log]")?.querySelector(".live-mark")?.remove(); });
            source.onopen = () => part.classList.remove("is-lost");
            source.onerror = () => {
              part.classList.add("is-lost");
              // Refused for good, such as after a sign-out elsewhere: the page itself knows what to do.
              if (source.readyState !== EventSource.CLOSED) return;
              fetch(location.href, { method: "HEAD", redirect: "manual", credentials: "same-origin" })
                .then((answer) => { if (answer.type === "opaqueredirect") location.reload(); }, () => {});
            };
            if (box && follow) {
              follow.addEventListener("change", () => { if (follow.checked) box.scrollTop = box.scrollHeight; });
              // Reading back stops following; coming back to the end takes it up again.
              box.addEventListener("wheel", () => {
                setTimeout(() => { follow.checked = box.scrollHeight - box.scrollTop - box.clientHeight < 8; }, 100);
              }, { passive: true });
              box.scrollTop = box.scrollHeight;
            }
            addEventListener("pagehide", () => source.close(), { once: true });
          };

          for (const part of document.querySelectorAll("[data-poll]")) poll(part);
          for (const part of document.querySelectorAll("[data-stream]")) stream(part);
        })();
        """#)
    static let faviconSVG = Asset(
        name: "favicon-98402d909f.svg", mediaType: "image/svg+xml",
        content: #"""
        <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><rect width="32" height="32" rx="7" fill="#2f4bd8"/><path d="M5 10.5h22M8.5 10.5V26M23.5 10.5V26M16 10.5V15M11.5 15h9v6.5h-9z" fill="none" stroke="#fff" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></svg>
        """#)
    static let icons: StaticString = #"""
        <svg class="icon-store" aria-hidden="true" xmlns="http://www.w3.org/2000/svg">
        <symbol id="icon-brand" viewBox="0 0 16 16"><path d="M1.5 4h13M3.25 4v10M12.75 4v10M8 4v2.5M5.5 6.5h5v4.25h-5z"/></symbol>
        <symbol id="icon-overview" viewBox="0 0 16 16"><path d="M2.5 2.5h4.5v5.5h-4.5zM9 2.5h4.5v3h-4.5zM2.5 10h4.5v3.5h-4.5zM9 7.5h4.5v6h-4.5z"/></symbol>
        <symbol id="icon-business" viewBox="0 0 16 16"><path d="M3 13.5V3.5l5-1.5v11.5M8 6l5 1.5v6M1.5 13.5h13M5.5 5.5v0M5.5 8v0M5.5 10.5v0M10.5 9.5v0M10.5 11.5v0"/></symbol>
        <symbol id="icon-service" viewBox="0 0 16 16"><path d="M8 1.75l5.5 3.1v6.3L8 14.25l-5.5-3.1v-6.3zM2.6 4.9L8 8l5.4-3.1M8 8v6"/></symbol>
        <symbol id="icon-run" viewBox="0 0 16 16"><circle cx="3.5" cy="8" r="1.75"/><circle cx="12.5" cy="3.75" r="1.75"/><circle cx="12.5" cy="12.25" r="1.75"/><path d="M5.25 8h2c1.5 0 1.5-4.25 3-4.25h.5M7.25 8c1.5 0 1.5 4.25 3 4.25h.5"/></symbol>
        <symbol id="icon-release" viewBox="0 0 16 16"><path d="M2.5 2.5h5l6 6-5 5-6-6zM5.25 5.25v0"/></symbol>
        <symbol id="icon-rollout" viewBox="0 0 16 16"><path d="M8 10V2.5M5 5.5l3-3 3 3M2.5 10v3.5h11V10"/></symbol>
        <symbol id="icon-calls" viewBox="0 0 16 16"><path d="M2 5.5h11M10.5 3l2.5 2.5L10.5 8M14 10.5H3M5.5 8L3 10.5 5.5 13"/></symbol>
        <symbol id="icon-logs" viewBox="0 0 16 16"><path d="M2.5 3.5h11M2.5 6.5h7M2.5 9.5h9M2.5 12.5h5"/></symbol>
        <symbol id="icon-trace" viewBox="0 0 16 16"><path d="M2 3.5h8M4.5 8h8M8.5 12.5h5.5"/></symbol>
        <symbol id="icon-audit" viewBox="0 0 16 16"><path d="M8 1.75l5 1.75v4c0 3.25-2.25 5.5-5 6.75-2.75-1.25-5-3.5-5-6.75v-4zM5.75 8l1.6 1.6 3-3.1"/></symbol>
        <symbol id="icon-secret" viewBox="0 0 16 16"><circle cx="5.25" cy="10.75" r="3"/><path d="M7.5 8.5l6-6M11 5l2 2"/></symbol>
        <symbol id="icon-token" viewBox="0 0 16 16"><path d="M2 4h12v2.5a1.5 1.5 0 0 0 0 3V12H2V9.5a1.5 1.5 0 0 0 0-3zM9.5 4v1M9.5 7.5v1M9.5 11v1"/></symbol>
        <symbol id="icon-ready" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M5.25 8.25l2 2 3.5-4"/></symbol>
        <symbol id="icon-progressing" viewBox="0 0 16 16"><path d="M14.25 8A6.25 6.25 0 1 1 8 1.75"/></symbol>
        <symbol id="icon-failed" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M5.75 5.75l4.5 4.5M10.25 5.75l-4.5 4.5"/></symbol>
        <symbol id="icon-stopped" viewBox="0 0 16 16"><rect x="2.75" y="2.75" width="10.5" height="10.5" rx="2"/><path d="M5.5 8h5"/></symbol>
        <symbol id="icon-waiting" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M8 4.5V8l2.25 1.5"/></symbol>
        <symbol id="icon-unknown" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25" stroke-dasharray="2.4 2.5"/><path d="M6.25 6.5a1.75 1.75 0 1 1 2.5 1.6c-.5.25-.75.5-.75 1M8 11.25v0"/></symbol>
        <symbol id="icon-info" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M8 7.5v3.5M8 5v0"/></symbol>
        <symbol id="icon-warning" viewBox="0 0 16 16"><path d="M8 2l6.5 11.5h-13zM8 6.5v3M8 11.5v0"/></symbol>
        <symbol id="icon-error" viewBox="0 0 16 16"><path d="M5.4 1.75h5.2l3.65 3.65v5.2l-3.65 3.65H5.4L1.75 10.6V5.4zM8 5v3.5M8 11v0"/></symbol>
        <symbol id="icon-search" viewBox="0 0 16 16"><circle cx="7" cy="7" r="4.5"/><path d="M10.5 10.5L14 14"/></symbol>
        <symbol id="icon-menu" viewBox="0 0 16 16"><path d="M2 4.5h12M2 8h12M2 11.5h12"/></symbol>
        <symbol id="icon-close" viewBox="0 0 16 16"><path d="M3.75 3.75l8.5 8.5M12.25 3.75l-8.5 8.5"/></symbol>
        <symbol id="icon-check" viewBox="0 0 16 16"><path d="M3 8.5l3.5 3.5L13 4.5"/></symbol>
        <symbol id="icon-copy" viewBox="0 0 16 16"><rect x="5.5" y="5.5" width="8" height="8" rx="1.5"/><path d="M10.5 3.5v-1h-8v8h1"/></symbol>
        <symbol id="icon-plus" viewBox="0 0 16 16"><path d="M8 3v10M3 8h10"/></symbol>
        <symbol id="icon-minus" viewBox="0 0 16 16"><path d="M3 8h10"/></symbol>
        <symbol id="icon-pause" viewBox="0 0 16 16"><path d="M5.5 3.5v9M10.5 3.5v9"/></symbol>
        <symbol id="icon-arrow" viewBox="0 0 16 16"><path d="M2.5 8h11M9.5 4l4 4-4 4"/></symbol>
        <symbol id="icon-filter" viewBox="0 0 16 16"><path d="M2 4h12M4.5 8h7M7 12h2"/></symbol>
        <symbol id="icon-refresh" viewBox="0 0 16 16"><path d="M13.5 8A5.5 5.5 0 1 1 11.75 4M13.5 2v3h-3"/></symbol>
        <symbol id="icon-more" viewBox="0 0 16 16"><path d="M3.5 8v0M8 8v0M12.5 8v0" stroke-width="2.5"/></symbol>
        <symbol id="icon-empty" viewBox="0 0 16 16"><path d="M2 9.5L4 3h8l2 6.5V13H2zM2 9.5h3.5L6.5 11h3l1-1.5H14"/></symbol>
        <symbol id="icon-chevron-right" viewBox="0 0 16 16"><path d="M6 3.5L10.5 8 6 12.5"/></symbol>
        <symbol id="icon-chevron-down" viewBox="0 0 16 16"><path d="M3.5 6L8 10.5 12.5 6"/></symbol>
        <symbol id="icon-chevron-up-down" viewBox="0 0 16 16"><path d="M5 6l3-3 3 3M5 10l3 3 3-3"/></symbol>
        <symbol id="icon-sort-up" viewBox="0 0 16 16"><path d="M8 13V3M4.5 6.5L8 3l3.5 3.5"/></symbol>
        <symbol id="icon-sort-down" viewBox="0 0 16 16"><path d="M8 3v10M4.5 9.5L8 13l3.5-3.5"/></symbol>
        <symbol id="icon-sun" viewBox="0 0 16 16"><circle cx="8" cy="8" r="2.75"/><path d="M8 1.5v1M8 13.5v1M1.5 8h1M13.5 8h1M3.4 3.4l.7.7M11.9 11.9l.7.7M3.4 12.6l.7-.7M11.9 4.1l.7-.7"/></symbol>
        <symbol id="icon-moon" viewBox="0 0 16 16"><path d="M13.5 9.5A5.75 5.75 0 1 1 6.5 2.5a4.5 4.5 0 0 0 7 7z"/></symbol>
        <symbol id="icon-system" viewBox="0 0 16 16"><rect x="1.75" y="2.75" width="12.5" height="8.5" rx="1.5"/><path d="M5.5 13.75h5M8 11.5v2"/></symbol>
        <symbol id="icon-globe" viewBox="0 0 16 16"><circle cx="8" cy="8" r="6.25"/><path d="M1.75 8h12.5M8 1.75c4 4 4 8.5 0 12.5M8 1.75c-4 4-4 8.5 0 12.5"/></symbol>
        <symbol id="icon-user" viewBox="0 0 16 16"><circle cx="8" cy="5.25" r="2.75"/><path d="M2.75 14c.5-3 2.5-4.25 5.25-4.25S12.75 11 13.25 14"/></symbol>
        <symbol id="icon-keyboard" viewBox="0 0 16 16"><rect x="1.5" y="3.5" width="13" height="9" rx="1.5"/><path d="M4 6.25v0M6.65 6.25v0M9.3 6.25v0M12 6.25v0M5 9.75h6"/></symbol>
        <symbol id="icon-external" viewBox="0 0 16 16"><path d="M5 4h7v7M12 4L4 12"/></symbol>
        <symbol id="icon-wrap" viewBox="0 0 16 16"><path d="M2 3.5h12M2 8h9.75a2.25 2.25 0 0 1 0 4.5H8M9.75 10.5l-2 2 2 2M2 12.5h2.5"/></symbol>
        <symbol id="icon-follow" viewBox="0 0 16 16"><path d="M8 2v8.5M4.5 7L8 10.5 11.5 7M3 13.5h10"/></symbol>
        <symbol id="icon-table" viewBox="0 0 16 16"><rect x="2" y="2.5" width="12" height="11" rx="1.5"/><path d="M2 6.25h12M6.5 6.25v7"/></symbol>
        <symbol id="icon-sign-out" viewBox="0 0 16 16"><path d="M6 2.5H2.5v11H6M6.5 8h7.5M11 5l3 3-3 3"/></symbol>
        </svg>

        """#
}
