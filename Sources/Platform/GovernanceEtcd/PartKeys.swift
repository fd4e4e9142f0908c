import Foundation
import Governance
import Values

/// Where instances stand in etcd: `martlet/parts/PART/ID`, as JSON.
enum PartKeys {
  static let prefix = "martlet/parts/"

  private static let all = RangeQuestion(key: Data(prefix.utf8), rangeEnd: Data("martlet/parts0".utf8))

  /// 10,000 instances at most.
  static var list: RangeQuestion {
    var question = all
    question.limit = "10000"
    return question
  }

  static var count: RangeQuestion {
    var question = all
    question.isCount = true
    return question
  }

  /// - Parameter revision: that of the list. To begin with the next one isn't enough: where exactly that one was compacted
  ///   meanwhile, older versions of etcd don't tell of the entry that it took away (etcd-io/etcd#18089).
  static func watch(from revision: Int64) -> WatchQuestion {
    WatchQuestion(create: .init(key: all.key, rangeEnd: all.rangeEnd, startRevision: "\(revision)"))
  }

  static func key(of instance: PartInstance) -> Data { Data("\(prefix)\(instance.part)/\(instance.id)".utf8) }

  /// Nil for what no program of ours wrote.
  static func instance(_ pair: Pair) -> PartInstance? {
    guard let value = pair.value, let instance = try? JSONDecoder().decode(PartInstance.self, from: value),
      key(of: instance) == pair.key
    else { return nil }
    return instance
  }

  static func id(_ pair: Pair) -> PartInstanceID? {
    String(decoding: pair.key, as: UTF8.self).split(separator: "/").last.flatMap { PartInstanceID($0) }
  }
}
