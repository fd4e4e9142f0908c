/// What is wrong with a backup or with the place that it should go to.
public enum ArchiveFault: Error, Hashable, CustomStringConvertible {
  case noBackup
  case cutOff
  case damaged(line: Int)
  case newerSchema(String)
  case unknownTable(String)
  case notEmpty
  case sourceBehind
  /// A restore or a move into the database was begun and isn't finished.
  case unfinished
  /// Another move has begun on the target.
  case takenOver

  public var description: String {
    switch self {
    case .noBackup: "this file is no backup"
    case .cutOff: "the backup ends too early: it was cut off, and nothing of it was stored"
    case .damaged(let line): "line \(line) is damaged, and nothing was stored"
    case .newerSchema(let context): "a newer program made this: its schema of '\(context)' isn't known here"
    case .unknownTable(let name): "there is no table '\(name)' in this program"
    case .notEmpty: "the database isn't empty: name an empty one, for nothing is overwritten"
    case .sourceBehind: "the source has an older schema: run `martlet migrate` on it first"
    case .unfinished: "this database isn't whole: a move or a restore into it broke off or is under way"
    case .takenOver: "another move has begun on the target, and this one has stopped"
    }
  }
}
