import Accounts
import Flows
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/events`: events that a subscriber couldn't follow, for staff of the platform: what it said, hand over again,
/// throw away.
struct EventsDesk: Desk {
  private static let perPage = 20
  /// Of an event's own text, this many characters are shown.
  private static let mostShown = 2000

  private let frame: DeskFrame
  private var maker: PageMaker { frame.maker }
  private var work: WorkEvents { maker.flows.workEvents }

  init(_ maker: PageMaker) { frame = DeskFrame(maker) }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/events") { request, context in
      try await show(try context.visit.requireStaff(), request, context)
    }
    router.post("/admin/events/replay") { request, context in
      try await act("handedOver", request, context) { try await work.handOver($0, by: $1) }
    }
    router.post("/admin/events/discard") { request, context in
      try await act("discarded", request, context) { try await work.discard($0, by: $1) }
    }
  }

  private func act(
    _ done: String, _ request: Request, _ context: ShopRequestContext,
    _ body: (StuckEvent.Key, Staff) async throws -> Void
  ) async throws -> Response {
    let staff = try context.visit.requireStaff()
    let form = try await Form(body: request, context: context)
    guard let event = form["event"].flatMap({ EventID($0) }), let subscriber = form["subscriber"] else {
      throw HTTPError(.badRequest)
    }
    do {
      try await body(StuckEvent.Key(event: event, subscriber: subscriber), staff)
      return maker.go(Addresses.eventsDesk, saying: Flash(.good, done))
    } catch let refusal as any Refusal where refusal.kind == .conflict || refusal.kind == .notFound {
      return maker.go(Addresses.eventsDesk, saying: Flash(.bad, refusal.code))
    }
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let format = Format(words.language)
    let state = try await work.state(for: staff)
    let after = Form(query: request)["after"].flatMap { Cursor($0) }
    let page = try await work.stuck(PageRequest(limit: Self.perPage, after: after), for: staff)
    var model: Model = [
      "hasEvents": !page.items.isEmpty, "events": page.items.map { event($0, format, words) },
      "stuckText": words.phrase("events.stuck", count: state.stuck),
      "waitingText": words.phrase(
        "events.waiting", count: state.waiting, ["seconds": String(state.oldest.components.seconds)]),
    ]
    if let next = page.next {
      model["nextURL"] = Addresses.with([("after", next.description)], Addresses.eventsDesk)
    }
    return try await frame.page(
      "events", title: words["desks.events"] ?? "", desk: Addresses.eventsDesk, model, request, context)
  }

  private func event(_ event: StuckEvent, _ format: Format, _ words: Words) -> Model {
    [
      "id": event.key.event.description, "subscriber": event.key.subscriber, "name": event.name,
      "subject": event.subject, "reason": event.reason,
      "payload": String(event.payload.unicodeScalars.prefix(Self.mostShown).map(Character.init)),
      "occurredAt": format.dateTime(event.occurredAt), "failedAt": format.dateTime(event.failedAt),
      "attemptsText": words.phrase("events.attempts", count: event.attempts),
    ]
  }
}
