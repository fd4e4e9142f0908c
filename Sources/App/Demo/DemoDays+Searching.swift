import Accounts
import Catalog
import Flows
import Search
import Values

/// What people search for, and whether they come to what they buy that way.
extension DemoDays {
  private struct Finds {
    let search: DemoSearch
    /// As they are counted: none where other words had to be asked for.
    let count: Int
    /// The best first.
    let products: [ProductID]
  }

  /// Of a hundred questions, after so many something is opened; and after so many where the words themselves find nothing.
  private static let (opens, opensOthers) = (58, 25)
  /// Of a hundred who buy, so many have searched before, where their words lead there.
  private static let searchesFirst = 45
  /// How far down people look.
  private static let looked = 12
  private static let askingHours = [7, 8, 9, 10, 11, 12, 12, 13, 14, 15, 16, 17, 18, 19, 20, 20, 21, 21, 22, 22, 23]

  func planQuestions(_ purchases: [DemoPurchase]) async throws {
    let finds = try await lookUp()
    for find in finds {
      for turn in 0..<find.search.times {
        let opened = opened(find)
        let question = DemoQuestion(
          asker: .somebody(askers.number(in: 1000...2800)), text: find.search.text, language: find.search.language,
          found: find.count, opened: opened)
        agenda.add(.ask(question), at: askingTime(turn, of: find.search.times))
      }
    }
    let productOf = Dictionary(
      products.flatMap { product in product.variants.map { ($0.id, product.id) } },
      uniquingKeysWith: { first, _ in first })
    for purchase in purchases where askers.number(in: 1...100) <= Self.searchesFirst {
      planQuestion(before: purchase, for: Set(purchase.lines.compactMap { productOf[$0.variant] }), finds)
    }
  }

  /// What is found as the days begin; what sells and what is said of goods moves their order alone.
  private func lookUp() async throws -> [Finds] {
    var finds: [Finds] = []
    do {
      for search in searches {
        let found = try await contexts.search.search(
          SearchQuery(text: search.text, language: search.language, limit: Self.looked))
        finds.append(Finds(search: search, count: found.totalAsTyped, products: found.cards.map(\.product)))
      }
    } catch let fault as any PassingFault where fault.mayPass {
      // It is elsewhere and away, for which nobody should have to do without the rest of the demo.
      return []
    }
    return finds
  }

  /// Mostly of the first.
  private func opened(_ find: Finds) -> ProductID? {
    let isOpened = askers.number(in: 1...100) <= (find.count > 0 ? Self.opens : Self.opensOthers)
    guard isOpened, !find.products.isEmpty else { return nil }
    let last = find.products.count - 1
    return find.products[min(askers.number(in: 0...last), askers.number(in: 0...last))]
  }

  /// Each in its part of the weeks, so that the last days have some of all that is asked often; there are more from week to
  /// week.
  private func askingTime(_ turn: Int, of times: Int) -> Timestamp {
    let part = (Double(turn) + Double(askers.number(in: 0...99)) / 100) / Double(times)
    let number = min(Int(part * (5 - part) / 4 * Double(DemoPast.days)), DemoPast.days - 1)
    let minutes = askers.pick(Self.askingHours) * 60 + askers.number(in: 0...59)
    let moment = past.firstDay.adding(number).start.adding(.minutes(minutes))
    // What today has still to come was yesterday.
    return moment < past.now ? moment : moment.adding(.days(-1))
  }

  private func planQuestion(before purchase: DemoPurchase, for wanted: Set<ProductID>, _ finds: [Finds]) {
    let language = buyers[purchase.buyer].language
    let leading = finds.filter { find in
      find.search.language == language && find.count > 0 && find.products.contains(where: wanted.contains)
    }
    guard !leading.isEmpty else { return }
    let find = askers.pick(leading)
    let question = DemoQuestion(
      asker: .buyer(purchase.buyer), text: find.search.text, language: language, found: find.count,
      opened: find.products.first(where: wanted.contains))
    agenda.add(.ask(question), at: purchase.at.adding(.minutes(-askers.number(in: 2...40))))
  }

  func ask(_ question: DemoQuestion) async {
    guard let visitor = visitor(question.asker)?.searchKey else { return }
    await contexts.searchLedger.noteQuery(
      question.text, language: question.language, found: question.found, by: visitor)
    guard let opened = question.opened else { return }
    await contexts.searchLedger.noteClick(question.text, language: question.language, product: opened, by: visitor)
  }

  private func visitor(_ asker: DemoQuestion.Asker) -> Visitor? {
    switch asker {
    case .somebody(let number):
      DeviceToken(rawValue: "demo_asks_by_somebody_who_looks_\(number)").map(Visitor.device)
    case .buyer(let place): accounts[place].map(Visitor.account)
    }
  }
}
