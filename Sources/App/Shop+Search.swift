import Flows
import Foundation
import Jobs
import Logging
import Search
import Storage
import StorageSQLite
import Values

extension Shop {
  /// Where this process finds goods by itself.
  static func searchEngine(_ settings: Settings, clock: WallClock, logger: Logger) -> LocalEngine {
    LocalEngine(folder: settings.searchFolder.path, clock: clock, tell: { logger.notice("\($0)") }) { path in
      try SQLiteDatabase(path: path, isDerived: true)
    }
  }

  /// How the shop finds: by itself, or elsewhere and by itself while nobody answers there.
  static func finding(
    _ elsewhere: (any SearchService)?, _ own: StoredSearch, _ settings: Settings, database: any Database,
    rules: StoredSearchRules, clock: WallClock, logger: Logger
  ) -> any SearchService {
    guard let elsewhere else { return own }
    return SpareSearch(for: elsewhere, database: database, rules: rules, clock: clock) {
      searchEngine(settings, clock: clock, logger: logger)
    }
  }

  /// Reads the catalogue into the table of documents when that was made anew. Broken off, it begins again and passes over
  /// what is there.
  static func fillJob(_ search: StoredSearch, _ feed: FeedSearch, _ contexts: Contexts, logger: Logger) -> Job {
    Job("search.fill", every: .minutes(1), lease: .minutes(10)) {
      guard try await search.awaitsCatalogue() else { return }
      logger.notice("the catalogue is read into search")
      try await feed.rebuild { count in
        if count.isMultiple(of: 10_000) { logger.notice("\(count) products are read into search") }
      }
      // What facts have changed while it was read.
      _ = try await CheckSearch(contexts, feed, search).run(repairing: true)
      try await search.noteCatalogue()
      logger.notice("search has the whole catalogue")
    }
  }

  /// Takes over what other processes wrote, until the task is cancelled, and now and then makes sure that nothing is
  /// missing.
  func followSearch() async {
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await takeOverSearch() }
      // Apart: it may take minutes, in which what others wrote is taken over as ever.
      group.addTask { await tendSearch() }
      group.addTask {
        do {
          try await search.prepareSpelling()
        } catch {
          logger.warning("the words of search can't be read yet", metadata: ["error": "\(error)"])
        }
      }
      // Apart too: following waits for a cluster.
      group.addTask { await heedTuning() }
    }
  }

  private func takeOverSearch() async {
    while (try? await Task.sleep(for: .milliseconds(300))) != nil {
      do {
        try await search.follow()
      } catch {
        guard !Task.isCancelled else { return }
        logger.warning("the search index is behind", metadata: ["error": "\(error)"])
        try? await Task.sleep(for: .seconds(2))
      }
    }
  }

  private func heedTuning() async {
    // What can't be read is told of by whoever follows.
    while (try? await Task.sleep(for: .seconds(1))) != nil { try? await search.heedTuning() }
  }

  private func tendSearch() async {
    var checkedAt = clock.now
    while (try? await Task.sleep(for: .seconds(1))) != nil {
      do {
        try await search.renewIndex()
      } catch {
        guard !Task.isCancelled else { return }
        logger.warning("the search index couldn't be made anew", metadata: ["error": "\(error)"])
      }
      // Also when the clock was set back.
      let now = clock.now
      guard now >= checkedAt.adding(.hours(6)) || now < checkedAt else { continue }
      checkedAt = now
      do {
        let found = try await search.check(repairing: true)
        guard !found.isWhole else { continue }
        logger.error(
          "the search index was put right",
          metadata: ["missing": "\(found.missing.count)", "extra": "\(found.extra.count)"])
      } catch {
        guard !Task.isCancelled else { return }
        logger.warning("the search index couldn't be checked", metadata: ["error": "\(error)"])
      }
    }
  }
}
