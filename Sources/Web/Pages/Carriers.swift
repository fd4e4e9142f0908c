import Values

extension Words {
  private static let carrierPrefix = "carrier."

  /// The carriers that the theme knows, by the codes that Kuaidi100 knows them by, in the order of their codes.
  public var carriers: [(code: String, name: String)] {
    keys.filter { $0.hasPrefix(Self.carrierPrefix) }.sorted()
      .compactMap { key in self[key].map { (String(key.dropFirst(Self.carrierPrefix.count)), $0) } }
  }

  /// The name of a shipment's carrier. One that isn't in the list goes by the name that was typed.
  public func carrier(_ code: String) -> String { self[Self.carrierPrefix + code] ?? code }
}
