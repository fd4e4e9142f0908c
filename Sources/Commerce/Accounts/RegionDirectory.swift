import Foundation
import Values

/// The divisions of China, for choosing an address and for reading one out. Read once from `Regions/regions-cn.tsv`:
/// code, Chinese name, English name, one line each.
public struct RegionDirectory: Sendable {
  public struct Region: Hashable, Codable, Sendable {
    public let code: RegionCode
    public let name: LocalizedText
  }

  private let regions: [RegionCode: Region]
  private let childCodes: [RegionCode?: [RegionCode]]

  public init(lines: String) {
    var regions: [RegionCode: Region] = [:]
    var children: [RegionCode?: [RegionCode]] = [:]
    for line in lines.split(separator: "\n") {
      let fields = line.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
      guard fields.count == 3, let code = RegionCode(rawValue: fields[0]) else { continue }
      regions[code] = Region(code: code, name: LocalizedText(en: fields[2], zhHans: fields[1]))
      children[Self.parent(of: code), default: []].append(code)
    }
    self.regions = regions
    childCodes = children
  }

  /// The program's own, read when first asked for.
  public static func load() throws -> RegionDirectory { try own.get() }

  private static let own = Result {
    guard let file = Bundle.module.url(forResource: "regions-cn", withExtension: "tsv") else {
      throw CocoaError(.fileNoSuchFile)
    }
    return RegionDirectory(lines: try String(contentsOf: file, encoding: .utf8))
  }

  /// Provinces for nil, cities of a province, districts of a city; empty for a district.
  public func children(of code: RegionCode?) -> [Region] { (childCodes[code] ?? []).compactMap { regions[$0] } }

  public func region(_ code: RegionCode) -> Region? { regions[code] }

  /// The region whose code begins so: two digits for a province, four for a city, six for a district.
  public func region(beginning code: String) -> Region? {
    guard [2, 4, 6].contains(code.utf8.count) else { return nil }
    return RegionCode(rawValue: code + String(repeating: "0", count: 6 - code.utf8.count)).flatMap { region($0) }
  }

  /// An address must name a region that has no parts: a district, or a city without districts.
  public func isAddressable(_ code: RegionCode) -> Bool { regions[code] != nil && childCodes[code] == nil }

  /// From the province down to the region itself.
  public func path(to code: RegionCode) -> [Region] {
    var path: [Region] = []
    var next: RegionCode? = code
    while let code = next, let region = regions[code] {
      path.insert(region, at: 0)
      next = Self.parent(of: code)
    }
    return path
  }

  /// How a place is written in an address: `Pudong, Shanghai`, `上海市浦东新区`. A city that is its own province is said once.
  public func name(of code: RegionCode) -> LocalizedText {
    let path = path(to: code)
    let en = path.map(\.name.en)
    let zhHans = path.map(\.name.zhHans)
    return LocalizedText(
      en: Self.withoutEchoes(en).reversed().joined(separator: ", "), zhHans: Self.withoutEchoes(zhHans).joined())
  }

  private static func withoutEchoes(_ names: [String]) -> [String] {
    names.enumerated().filter { $0.offset == 0 || names[$0.offset - 1] != $0.element }.map(\.element)
  }

  private static func parent(of code: RegionCode) -> RegionCode? {
    if code.rawValue.hasSuffix("0000") { return nil }
    if code.rawValue.hasSuffix("00") { return RegionCode(rawValue: code.province + "0000") }
    return RegionCode(rawValue: code.city + "00")
  }
}
