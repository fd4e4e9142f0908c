import Foundation
import Refunds
import Reviews
import Values

// The shapes of `Demo/buyers.json` and `Demo/days.json`.

struct DemoBuyer: Decodable {
  let name: String
  let email: String
  let language: Language
  let phone: String
  let region: String
  let street: String
  let postcode: String
}

/// What people say and do in the days that the demo plays.
struct DemoScript: Decodable {
  struct Opinion: Decodable {
    let stars: Int
    let text: LocalizedText
  }

  struct Replies: Decodable {
    let high: [LocalizedText]
    let low: [LocalizedText]
  }

  struct Report: Decodable {
    let daysAgo: Double
    let cause: ReviewReport.Cause
    let words: LocalizedText
    let isHidden: Bool
    let reason: String
  }

  struct Look: Decodable {
    let daysAgo: Double
    let note: LocalizedText
  }

  struct Refund: Decodable {
    /// How far it comes.
    enum End: String, Decodable { case asked, rejected, awaitingGoods, onTheWay, received, settled }

    let daysAgo: Double
    let kind: RefundCase.Kind
    let reason: RefundCase.Reason
    let end: End
    /// Asked while the goods are still here.
    let isUnshipped: Bool?
    let words: LocalizedText
    let answer: LocalizedText
  }

  struct Goodwill: Decodable {
    let daysAgo: Double
    let amount: String
    let words: LocalizedText
  }

  /// Money that goes back at the provider without the shop.
  struct Unheard: Decodable {
    let daysAgo: Double
    let amount: String
    /// Why it is taken over from the bill; nil leaves the difference open.
    let reason: LocalizedText?
  }

  struct Customer: Decodable {
    let daysAgo: Double
    let note: LocalizedText
    let tags: [String]
  }

  /// What carriers say, in their own language; `{place}` and `{name}` are filled in.
  struct Traces: Decodable {
    let collected: String
    let sorted: String
    let arrived: String
    let out: String
    let delivered: String
    let problem: String
  }

  struct Count: Decodable {
    let title: LocalizedText
    let openTitle: LocalizedText
  }

  let notes: [LocalizedText]
  let reviews: [Opinion]
  let replies: Replies
  let reports: [Report]
  let look: Look
  let refunds: [Refund]
  let goodwill: [Goodwill]
  let unheard: [Unheard]
  let customers: [Customer]
  let traces: Traces
  let couriers: [String]
  let count: Count
}

/// A file of the demo.
enum DemoFile {
  static func read<Value: Decodable>(_: Value.Type, _ name: String, in folder: URL) throws -> Value {
    do {
      return try JSONDecoder().decode(Value.self, from: Data(contentsOf: folder.appending(path: name)))
    } catch {
      throw DemoFault.unusable("\(name): \(error)")
    }
  }
}
