import Accounts
import Flows
import Governance
import HTTPTypes
import Hummingbird
import Pages
import Values

/// `/admin/parts`: how the parts of the shop are, and what can be switched off by hand. For those who operate the platform.
struct PartsDesk: Desk {
  private let frame: DeskFrame
  private let report: @Sendable () async -> PartsReport
  private var switches: Switches { frame.maker.flows.switches }

  init(_ maker: PageMaker, report: @escaping @Sendable () async -> PartsReport) {
    frame = DeskFrame(maker)
    self.report = report
  }

  func addRoutes(to router: some RouterMethods<ShopRequestContext>) {
    router.get("/admin/parts") { request, context in
      let staff = try Self.operating(context)
      return try await show(staff, request, context)
    }
    router.post("/admin/parts/switches/:name") { request, context in
      let staff = try Self.operating(context)
      let form = try await Form(body: request, context: context)
      guard let name = context.parameters.get("name").flatMap(Switch.init(rawValue:)), switches.names.contains(name)
      else { throw HTTPError(.notFound) }
      try await turn(name, form, by: staff)
      return frame.maker.go(Addresses.partsDesk, saying: Flash(.good, "switched"))
    }
  }

  private static func operating(_ context: ShopRequestContext) throws -> Staff {
    let staff = try context.visit.requireStaff()
    guard staff.operatesPlatform else { throw StaffRefusal.notAllowed(.systemOperate) }
    return staff
  }

  private func turn(_ name: Switch, _ form: Form, by staff: Staff) async throws {
    switch form["turn"] {
    case "on": try await switches.turn(name, on: true, by: staff.name)
    case "off":
      let minutes = form["minutes"].flatMap { $0.isEmpty ? nil : Int($0) ?? 0 }
      if let minutes, !Switches.minutes.contains(minutes) {
        throw FieldFaults(field: "minutes", code: "outOfRange", details: Self.bounds)
      }
      try await switches.turn(
        name, on: false, until: minutes.map { frame.maker.clock.now.adding(.minutes($0)) }, by: staff.name)
    default: throw FieldFaults(field: "turn", code: "missing")
    }
  }

  private static var bounds: [String: String] {
    ["min": String(Switches.minutes.lowerBound), "max": String(Switches.minutes.upperBound)]
  }

  private func show(_ staff: Staff, _ request: Request, _ context: ShopRequestContext) async throws -> Response {
    let words = frame.words(context)
    let model = PartsModel(await report(), switches.states, words: words).model
    return try await frame.page(
      "parts", title: words["parts.heading"] ?? "", desk: Addresses.partsDesk, model, request, context)
  }
}
