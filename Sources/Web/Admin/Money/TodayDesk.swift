import Accounts
import Flows
import Governance
import Hummingbird
import Pages
import Values

/// `/admin`: what staff see first. Work that waits, by the desks that open to them; how the day goes beside the same hours of
/// yesterday and of the same day a week ago; what runs short; what came in last; and for those who operate the platform, how
/// its parts are. Where nothing was ordered yet, what to do first.
struct TodayDesk: Desk {
  private let frame: DeskFrame
  private let currency: Currency
  private let report: @Sendable () async -> PartsReport
  private var maker: PageMaker { frame.maker }

  /// - Parameters:
  ///   - currency: the shop's, in which figures are.
  ///   - report: how the parts of the shop are.
  init(_ maker: PageMaker, currency: Currency, report: @escaping @Sendable () async -> PartsReport) {
    frame = DeskFrame(maker)
    self.currency = currency
    self.report = report
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin") { request, context in
      let staff = try context.visit.requireStaff()
      let words = frame.words(context)
      let channel = Form(query: request)["channel"].flatMap { Channel(rawValue: $0) }
      let today = try await maker.flows.viewToday.run(for: staff, in: channel)
      var model = TodayModel(today, currency: currency, words).model
      if today.newest?.isEmpty == true { model["start"] = try await start(staff, words) }
      if staff.operatesPlatform {
        let parts = PartsModel(await report(), maker.flows.switches.states, words: words).model
        model["health"] = parts["summary"]
        model["partsURL"] = Addresses.partsDesk
      }
      return try await frame.page(
        "today", title: words["desks.today"] ?? "", desk: Addresses.adminHome, ["today": model], request, context)
    }
  }

  /// What to do in a shop that has sold nothing yet.
  private func start(_ staff: Staff, _ words: Words) async throws -> Model {
    guard let steps = try await maker.flows.viewToday.firstSteps(for: staff, currency: currency) else {
      let steps = try await maker.contexts.platformSteps()
      return Self.start(steps.areDone, FirstStepsModel(steps, for: staff, words))
    }
    return Self.start(steps.areDone, FirstStepsModel(steps, for: staff, words))
  }

  private static func start(_ areDone: Bool, _ steps: FirstStepsModel) -> Model {
    var model: Model = ["isReady": areDone]
    if let steps = steps.model { model["firstSteps"] = steps }
    return model
  }
}
