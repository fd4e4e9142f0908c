import Accounts
import Flows
import Fulfilment
import HTTPTypes
import Hummingbird
import Merchants
import Pages
import Pricing
import Values

/// What a merchant asks for sending, and which carriers there are.
struct StaffFreightEndpoints: Sendable {
  private static let access = APIDescription.Access.staff([.ordersShip, .settingsEdit])

  private struct SentCarrier: Decodable {
    let name: SentWords
    let isOn: Bool?
    let trackingAddress: String?
    let isTracked: Bool?
    let asksForPhone: Bool?
  }

  private let parts: APIParts
  private var work: WorkCarriers { parts.flows.workCarriers }

  init(_ parts: APIParts) { self.parts = parts }

  var all: [Endpoint] { [freight, saveFreight, saveCarrier] }

  private var freight: Endpoint {
    Endpoint(
      APIDescription(
        .get, "/admin/freight", .staffOrders,
        "What a merchant asks for sending, zone by zone; the first that fits counts",
        access: Self.access, with: "Freight"
      ).query("merchant", .id("mer"), "Whose; staff of a merchant needn't say.")
        .refusing("unknownMerchant", "invalidInput")
    ) { call in
      let staff = try call.staff()
      let merchant = try await merchant(call, for: staff)
      return try Answer(
        FreightAnswer(try await work.freight(of: merchant.id, for: staff), of: merchant.id))
    }
  }

  private var saveFreight: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/freight", .staffOrders,
        "Replaces what a merchant asks for sending. Regions are beginnings of codes, and none means everywhere; fees are in "
          + "the shop's currency", access: Self.access, with: "Freight"
      ).query("merchant", .id("mer"), "Whose; staff of a merchant needn't say.").taking("FreightDraft")
        .refusing("unknownMerchant", "invalidInput")
    ) { call in
      let body: SentFreight = try call.decoded()
      let staff = try call.staff()
      let merchant = try await merchant(call, for: staff)
      let template = try body.template(of: merchant, try await parts.currency(), parts.regions)
      try await work.saveFreight(template, by: staff)
      return try Answer(FreightAnswer(template, of: merchant.id))
    }
  }

  private var saveCarrier: Endpoint {
    Endpoint(
      APIDescription(
        .put, "/admin/carriers/{code}", .staffOrders,
        "Says who carries goods under this code, known already or new. Of staff of the platform",
        access: .staff([.settingsEdit]), with: "Carrier"
      ).taking("CarrierDraft").worded().refusing("invalidInput")
    ) { call in
      let body: SentCarrier = try call.decoded()
      let (staff, code) = (try call.staff(), call.parameter("code"))
      let known = CarrierBook(try await work.carriers(for: staff))[code]
      let carrier = Carrier(
        code: code, name: body.name.text, isOn: body.isOn ?? known?.isOn ?? true,
        trackingAddress: body.trackingAddress ?? known?.trackingAddress ?? "",
        isTracked: body.isTracked ?? known?.isTracked ?? true,
        asksForPhone: body.asksForPhone ?? known?.asksForPhone ?? false)
      try await FieldFaults.calling(SentWords.fields) { try await work.save(carrier, by: staff) }
      let saved = CarrierBook(try await work.carriers(for: staff))[code] ?? carrier
      return try Answer(CarrierAnswer(saved, call.words))
    }
  }

  /// Whoever may do nothing hears so before anything is said of merchants.
  private func merchant(_ call: APICall, for staff: Staff) async throws -> Merchant {
    guard let id = try await parts.contexts.merchant(try call.merchant(), for: staff) else {
      throw FieldFaults(field: "merchant", code: "missing")
    }
    guard let merchant = try await parts.contexts.merchants.merchant(id) else { throw FreightRefusal.unknownMerchant }
    return merchant
  }
}
