import Catalog
import HTTPTypes
import Hummingbird
import Pages
import Search
import Values

extension Answer {
  /// With a mark of the version that it shows, which `If-Match` can name before a change.
  func marked(_ version: Int) -> Answer {
    var answer = self
    answer.headers[.eTag] = Self.mark(of: version)
    return answer
  }

  static func mark(of version: Int) -> String { "\"\(version)\"" }
}

extension APICall {
  /// Whether `If-Match` was sent.
  var isMatched: Bool { request.headers[.ifMatch] != nil }

  /// Throws `APIRefusal.changedMeanwhile` unless `If-Match`, where it was sent, names the version.
  func expect(version: Int) throws {
    guard let asked = request.headers[.ifMatch] else { return }
    let marks = asked.split(separator: ",").map { mark -> Substring in
      let start = mark.drop { $0 == " " }
      let end = start.lastIndex { $0 != " " }.map { start.index(after: $0) } ?? start.startIndex
      return start[..<end]
    }
    guard marks.contains(where: { $0 == "*" || $0 == Answer.mark(of: version) }) else {
      throw APIRefusal.changedMeanwhile
    }
  }

  /// The version that what is sent was made from: the one that the body names, or that of `If-Match`. Throws
  /// `APIRefusal.changedMeanwhile`, and `FieldFaults` where neither is said.
  func seen(_ standing: Int, named version: Int?) throws -> Int {
    try expect(version: standing)
    if let version { return version }
    guard isMatched else { throw FieldFaults(field: "version", code: "missing") }
    return standing
  }

  /// Does what was asked of what stands in this version, which is handed on to whoever changes it: where somebody is faster
  /// still, `If-Match` is as good as one that named another.
  func matching(_ version: Int, _ body: () async throws -> Answer) async throws -> Answer {
    try expect(version: version)
    do {
      return try await body()
    } catch let refusal as any Refusal where isMatched && Self.tellsOfAnother(refusal) {
      throw APIRefusal.changedMeanwhile
    }
  }

  /// Whether it says that somebody has made another version meanwhile.
  private static func tellsOfAnother(_ refusal: any Refusal) -> Bool {
    refusal as? CatalogRefusal == .productChanged || refusal as? SearchRuleRefusal == .searchRuleChanged
  }

  /// An amount of a body in this currency. Adds `notAnAmount`.
  func amount(_ text: String?, _ field: String, _ currency: Currency, _ faults: inout FieldFaults) -> Money? {
    guard let text, !text.isEmpty else { return nil }
    guard let amount = Money(decimalText: text, currency: currency), amount.minor >= 0 else {
      faults.add(field, "notAnAmount")
      return nil
    }
    return amount
  }

  /// The merchant that is asked about; nil for one's own. Throws `APIRefusal.unknownMerchant`.
  func merchant(_ name: String = "merchant") throws -> MerchantID? {
    guard let text = query[name], !text.isEmpty else { return nil }
    guard let id = MerchantID(text) else { throw APIRefusal.unknownMerchant }
    return id
  }
}
