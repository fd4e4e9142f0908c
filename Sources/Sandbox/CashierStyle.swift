enum CashierStyle {
  static let css = """
    :root {
      color-scheme: light dark;
      --ink: #1c1b1a; --soft: #5f5b55; --paper: #fbfaf8; --card: #ffffff; --line: #e4dfd7; --edge: #8a8479;
      --sky: #2c6e8f; --sky-deep: #235a76; --on-sky: #ffffff;
      --good: #2e7052; --bad: #a33a2c; --test: #f4e3b5; --on-test: #4d3a06; --test-line: #e0c47a;
    }
    @media (prefers-color-scheme: dark) {
      :root {
        --ink: #f1eeea; --soft: #b1aaa0; --paper: #171614; --card: #211f1d; --line: #383430; --edge: #857d72;
        --sky: #7fbcd9; --sky-deep: #9bcce3; --on-sky: #0e1c23;
        --good: #7fc7a3; --bad: #ee9384; --test: #3d3110; --on-test: #f4e3b5; --test-line: #665219;
      }
    }
    /* Whose platform it plays, by colour alone: marks and logos are theirs. */
    .alipay { --sky: #0d5fd8; --sky-deep: #0a4cae; }
    .wechat { --sky: #06773c; --sky-deep: #055f30; }
    .stripe { --sky: #533afd; --sky-deep: #3f2bd0; }
    @media (prefers-color-scheme: dark) {
      .alipay { --sky: #7fb2ff; --sky-deep: #a5c9ff; }
      .wechat { --sky: #6fd39b; --sky-deep: #93e0b5; }
      .stripe { --sky: #a99cff; --sky-deep: #c3baff; }
    }
    * { box-sizing: border-box; margin: 0; }
    body {
      min-height: 100vh; min-height: 100dvh; display: flex; flex-direction: column; background: var(--paper);
      color: var(--ink); overflow-wrap: anywhere;
      font: 1rem/1.55 -apple-system, BlinkMacSystemFont, "Segoe UI", Roboto, "Helvetica Neue", Arial, "PingFang SC",
        "Noto Sans SC", "Noto Sans CJK SC",
        "Microsoft YaHei", sans-serif;
    }
    .banner {
      padding: .625rem 1rem; text-align: center; font-size: .9375rem; font-weight: 600; background: var(--test);
      color: var(--on-test); border-bottom: 1px solid var(--test-line);
    }
    main { flex: 1; width: 100%; max-width: 29rem; margin: 0 auto; padding: 1.5rem 1rem 2.5rem; }
    .platform {
      display: flex; align-items: center; justify-content: center; gap: .5rem; margin-bottom: 1rem; color: var(--sky);
      font-weight: 600; letter-spacing: .01em;
    }
    svg { fill: none; stroke: currentColor; stroke-width: 1.75; stroke-linecap: round; stroke-linejoin: round; }
    .card {
      padding: 1.75rem 1.25rem 1.25rem; background: var(--card); border: 1px solid var(--line); border-radius: 1rem;
      box-shadow: 0 1px 2px rgb(28 27 26 / .04), 0 12px 32px rgb(28 27 26 / .06);
    }
    .payee { text-align: center; color: var(--soft); }
    .payee strong { color: var(--ink); font-weight: 600; }
    .amount {
      margin: .25rem 0 1.5rem; text-align: center; font-size: clamp(2.25rem, 12vw, 3.25rem); line-height: 1.15;
      font-weight: 650; letter-spacing: -.02em; font-variant-numeric: tabular-nums;
    }
    dl { margin-bottom: 1.5rem; border-top: 1px solid var(--line); }
    dl div {
      display: flex; justify-content: space-between; align-items: baseline; gap: 1.25rem; padding: .75rem 0;
      border-bottom: 1px solid var(--line);
    }
    dt { flex: none; max-width: 45%; color: var(--soft); }
    dd { text-align: end; }
    .whole { white-space: nowrap; font-variant-numeric: tabular-nums; }
    .number { font-size: .9375rem; font-variant-numeric: tabular-nums; }
    .button {
      display: flex; align-items: center; justify-content: center; width: 100%; min-height: 3rem; padding: .5rem 1rem;
      border: 1px solid transparent; border-radius: .625rem; font: inherit; font-weight: 600; text-align: center;
      text-decoration: none; cursor: pointer; touch-action: manipulation;
    }
    .primary { min-height: 3.5rem; background: var(--sky); color: var(--on-sky); font-size: 1.125rem; }
    .primary:hover { background: var(--sky-deep); }
    .secondary { background: none; border-color: var(--edge); color: var(--ink); font-weight: 500; }
    .secondary:hover { border-color: var(--ink); }
    .button:focus-visible { outline: 3px solid var(--sky); outline-offset: 3px; }
    .pair { display: grid; grid-template-columns: 2fr 3fr; gap: .75rem; margin-top: .75rem; }
    .pair .button { height: 100%; padding: .5rem; }
    .hint { margin-top: .875rem; color: var(--soft); font-size: .875rem; text-align: center; }
    .before { margin: -.75rem 0 1.25rem; color: var(--bad); }
    .outcome { margin-bottom: 1.5rem; text-align: center; color: var(--soft); }
    .banner, .outcome p, .outcome h1, .hint, dd { text-wrap: balance; }
    .outcome h1, .outcome h2 { margin: .75rem 0 .25rem; color: var(--ink); font-size: 1.5rem; line-height: 1.3; }
    .outcome svg { stroke-width: 1.25; }
    .paid svg { color: var(--good); }
    .refused svg { color: var(--bad); }
    @media (min-width: 40rem) {
      main { padding-top: 3.5rem; }
      .card { padding: 2.25rem 2rem 1.75rem; }
    }
    @media (forced-colors: active) { .button, .card { border-color: currentColor; } }

    """
}
