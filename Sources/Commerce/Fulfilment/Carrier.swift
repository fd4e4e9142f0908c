import Values

/// Who carries parcels.
public struct Carrier: Hashable, Codable, Sendable {
  /// As the tracker knows it: `shunfeng`. 2…40 small letters and digits.
  public let code: String
  /// 1…60 characters each.
  public var name: LocalizedText
  /// Whether staff may choose it.
  public var isOn: Bool
  /// Where buyers follow a parcel at the carrier's own: an `https` address in which `{number}` stands for the number;
  /// empty when there is none.
  public var trackingAddress: String
  /// Whether the tracker is asked after its parcels.
  public var isTracked: Bool
  /// Whether it tells only those who know the end of the recipient's phone number.
  public var asksForPhone: Bool

  public init(
    code: String, name: LocalizedText, isOn: Bool = true, trackingAddress: String = "", isTracked: Bool = true,
    asksForPhone: Bool = false
  ) {
    self.code = code
    self.name = name
    self.isOn = isOn
    self.trackingAddress = trackingAddress
    self.isTracked = isTracked
    self.asksForPhone = asksForPhone
  }

  /// The page of a parcel at the carrier's own; nil when it has none.
  public func address(of number: String) -> String? {
    trackingAddress.isEmpty ? nil : trackingAddress.replacing("{number}", with: number)
  }

  /// Known without anybody having entered them. What staff save of one counts before it.
  public static let usual = [
    Carrier(
      code: "ems", name: LocalizedText(en: "China Post EMS", zhHans: "邮政EMS"),
      trackingAddress: "https://www.ems.com.cn/queryList?mailNum={number}"),
    Carrier(
      code: "jd", name: LocalizedText(en: "JD Logistics", zhHans: "京东物流"),
      trackingAddress: "https://www.jdl.com/orderSearch/?waybillCodes={number}"),
    Carrier(code: "jtexpress", name: LocalizedText(en: "J&T Express (Jitu)", zhHans: "极兔速递")),
    Carrier(code: "shentong", name: LocalizedText(en: "STO Express", zhHans: "申通快递")),
    Carrier(
      code: "shunfeng", name: LocalizedText(en: "SF Express", zhHans: "顺丰速运"),
      trackingAddress: "https://www.sf-express.com/chn/sc/waybill/waybill-detail/{number}", asksForPhone: true),
    Carrier(code: "yuantong", name: LocalizedText(en: "YTO Express", zhHans: "圆通速递")),
    Carrier(code: "yunda", name: LocalizedText(en: "Yunda Express", zhHans: "韵达速递")),
    Carrier(code: "zhongtong", name: LocalizedText(en: "ZTO Express", zhHans: "中通快递"), asksForPhone: true),
  ]
}

/// The carriers as pages name them.
public struct CarrierBook: Sendable {
  public static let usual = CarrierBook(Carrier.usual)

  private let byCode: [String: Carrier]
  /// In the order of their codes.
  public let all: [Carrier]

  public init(_ carriers: [Carrier]) {
    all = carriers
    byCode = Dictionary(carriers.map { ($0.code, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Those that staff may choose.
  public var offered: [Carrier] { all.filter(\.isOn) }

  public subscript(code: String) -> Carrier? { byCode[code] }

  /// One that isn't in the book goes by the name that was typed.
  public func name(_ code: String) -> LocalizedText { byCode[code]?.name ?? LocalizedText(code) }
}
