import Foundation
import Search
import StorageSQLite
import TestKit

extension TestStore {
  /// Finds goods by an index in this store's folder.
  public var searchEngine: LocalEngine {
    LocalEngine(folder: folder.appending(path: "search").path, clock: clock.clock) {
      try SQLiteDatabase(path: $0, isDerived: true)
    }
  }
}
