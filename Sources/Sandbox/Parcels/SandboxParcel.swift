import Crypto
import Foundation
import Values

/// A parcel as the tracking service knows it.
struct SandboxParcel: Sendable {
  /// The codes that the service states: 0 is on its way, 3 signed for, 4 back at its sender.
  static let states = [
    "0": "在途", "1": "揽收", "2": "疑难", "3": "签收", "4": "退签", "5": "派件", "6": "退回", "7": "转投", "8": "清关", "14": "拒签",
  ]

  struct Entry: Sendable {
    let at: Timestamp
    let state: String
    let text: String
    let place: String
  }

  struct Subscription: Sendable {
    let callback: String
    let salt: String
  }

  let company: String
  let number: String
  /// The latest first.
  var entries: [Entry] = []
  var subscription: Subscription?
  /// How often the shop asked.
  var questions = 0
  /// Attempts to tell the shop that it acknowledged, and those that it didn't.
  var told = 0
  var untold = 0

  var state: String { entries.first?.state ?? "0" }
  /// Nothing more will come.
  var isOver: Bool { state == "3" || state == "4" }
}

/// What the service says of a parcel, as its documentation spells it: numbers are text, and times are China's.
struct ParcelResult: Encodable {
  struct Line: Encodable {
    let context: String
    let time: String
    let ftime: String
    let status: String
    let statusCode: String
    let areaName: String

    init(_ entry: SandboxParcel.Entry) {
      context = entry.text
      time = entry.at.chineseText
      ftime = time
      status = SandboxParcel.states[entry.state] ?? ""
      statusCode = entry.state
      areaName = entry.place
    }
  }

  let message = "ok"
  let nu: String
  let com: String
  let ischeck: String
  let condition = "F00"
  let status = "200"
  let state: String
  let data: [Line]

  init(_ parcel: SandboxParcel) {
    nu = parcel.number
    com = parcel.company
    ischeck = parcel.state == "3" ? "1" : "0"
    state = parcel.state
    data = parcel.entries.map(Line.init)
  }
}

struct ParcelPush: Encodable {
  let status: String
  let billstatus: String
  let message = ""
  let autoCheck = "0"
  let comOld = ""
  let comNew = ""
  let lastResult: ParcelResult

  init(_ parcel: SandboxParcel) {
    status = parcel.isOver ? "shutdown" : "polling"
    billstatus = parcel.isOver ? "check" : "got"
    lastResult = ParcelResult(parcel)
  }
}

/// The form that a push is.
enum ParcelForm {
  static func push(_ parcel: SandboxParcel, salt: String) throws -> String {
    let param = String(decoding: try Message.encode(ParcelPush(parcel)), as: UTF8.self)
    return FormText.joined([("sign", digest(param + salt)), ("param", param)])
  }

  static func digest(_ text: String) -> String {
    Hex.text(Insecure.MD5.hash(data: Data(text.utf8))).uppercased()
  }

  /// The fields of a form that was sent; none of one that can't be read.
  static func fields(_ body: [UInt8]) -> [String: String] {
    Dictionary((FormText.pairs(body) ?? []).map { ($0.name, $0.value) }, uniquingKeysWith: { first, _ in first })
  }
}
