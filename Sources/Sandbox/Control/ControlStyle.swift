enum ControlStyle {
  static let css = """
    .room { max-width: 60rem; }
    .room header { display: flex; justify-content: space-between; align-items: center; gap: 1rem; }
    .room h2 { margin: 1.5rem 0 .75rem; font-size: 1.25rem; }
    .room .card h2 { margin-top: 0; }
    .room h3 { font-size: 1.0625rem; display: flex; flex-wrap: wrap; gap: .5rem; justify-content: space-between; }
    .room h4 { margin-top: 1rem; color: var(--soft); font-weight: 600; }
    .room .hint { text-align: start; margin-top: 0; }
    .room .card { padding: 1.25rem; margin: .75rem 0; }
    .room ul { padding-inline-start: 1.25rem; }
    .room li { margin-top: .25rem; }
    .room nav { display: flex; flex-wrap: wrap; gap: .25rem; margin-top: 1rem; border-bottom: 1px solid var(--line); }
    .state { font-size: .875rem; font-weight: 600; color: var(--sky); }
    .said { margin: .75rem 0; padding: .625rem 1rem; border: 1px solid var(--edge); border-radius: .625rem; }
    .deeds { display: flex; flex-wrap: wrap; align-items: end; gap: .5rem; margin-top: .75rem; }
    .room label { display: block; margin: .5rem 0; color: var(--soft); font-size: .9375rem; }
    .room input, .room select {
      display: block; width: 100%; min-height: 2.75rem; margin-top: .25rem; padding: .375rem .75rem; font: inherit;
      color: var(--ink); background: var(--paper); border: 1px solid var(--edge); border-radius: .5rem;
    }
    .room input[type="hidden"] { display: none; }
    .small, .plain {
      min-height: 2.75rem; padding: .375rem .875rem; font: inherit; color: var(--sky); background: none;
      border: 1px solid var(--edge); border-radius: .5rem; cursor: pointer;
    }
    .plain { border-color: transparent; }
    .plain[aria-current="true"] { font-weight: 650; border-bottom: 3px solid var(--sky); border-radius: .5rem .5rem 0 0; }
    .room a { color: var(--sky); }
    .small:focus-visible, .plain:focus-visible, .room a:focus-visible, .room input:focus-visible,
    .room select:focus-visible { outline: 3px solid var(--sky); outline-offset: 2px; }

    """
}
