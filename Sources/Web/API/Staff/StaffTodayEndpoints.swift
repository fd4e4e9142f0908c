import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// What staff see first, as figures: of a merchant its own.
struct StaffTodayEndpoints: Sendable {
  private let parts: APIParts

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [today] }

  private var today: Endpoint {
    let description = APIDescription(
      .get, "/admin/today", .staffFigures,
      "How the day goes beside the same hours of yesterday and of the same day a week ago, and how the last thirty days "
        + "went, for `reports.view`; the last orders for those who work on them; what runs short for `stock.adjust`; and "
        + "how much waits at each desk that opens to the token, counted up to 1000", access: .staff([]), with: "Today"
    ).query(
      "channel", .text, "Only what was sold there: one of `channels`. All that isn't one is taken for all of them.")
    return Endpoint(description) { call in
      let (currency, staff) = (try await parts.currency(), try call.staff())
      let channel = call.query["channel"].flatMap { Channel(rawValue: $0) }
      let today = try await parts.flows.viewToday.run(for: staff, in: channel)
      let waiting = try await parts.flows.waiting(for: staff, contexts: parts.contexts)
      return try Answer(TodayAnswer(today, waiting: waiting, currency))
    }
  }
}
