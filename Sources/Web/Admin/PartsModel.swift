import Governance
import Pages
import Values

/// The values of the page of parts.
struct PartsModel {
  /// Facts that wait longer are worth a look.
  private static let longWait = Duration.seconds(60)
  /// For how many minutes to switch off, as the form offers it.
  private static let minutes = [15, 60, 240]

  private let report: PartsReport
  private let switches: [SwitchState]
  private let words: Words
  private let format: Format

  init(_ report: PartsReport, _ switches: [SwitchState], words: Words) {
    self.report = report
    self.switches = switches
    self.words = words
    format = Format(words.language)
  }

  var model: Model {
    let troubles =
      dependencies.count { $0.isBad } + waiting.count { $0.isBad }
      + report.instances.count { !$0.isHealthy }
    let off = switches.count { !$0.isOn }
    return [
      "summary": [
        "isWell": troubles == 0 && off == 0,
        "text": troubles > 0
          ? words.phrase("parts.troubles", count: troubles)
          : off > 0 ? words.phrase("parts.off", count: off) : words["parts.allWell"] ?? "",
      ] as Model,
      "instances": report.instances.map(instance), "dependencies": dependencies.map(\.model),
      "waiting": waiting.map(\.model), "switches": switches.map(row),
    ]
  }

  private struct Line {
    let isBad: Bool
    let model: Model
  }

  private func state(_ key: String, _ kind: String, _ icon: String) -> Model {
    ["kind": kind, "icon": icon, "text": words["parts.states.\(key)"] ?? key]
  }

  private func instance(_ instance: PartsReport.Instance) -> Model {
    var model: Model = [
      "name": words["parts.names.\(instance.part)"] ?? instance.part, "address": instance.address,
      "version": instance.version, "load": format.percent(tenths: Int64((instance.load * 100).rounded()) * 10),
      "state": instance.isHealthy ? state("well", "green", "check") : state("sick", "red", "warn"),
    ]
    if let since = instance.startedAt { model["since"] = format.dateTime(since) }
    return model
  }

  private var dependencies: [Line] {
    let checks = report.findings.map { finding in
      Line(
        isBad: !finding.isWell,
        model: [
          "name": name(of: finding.name),
          "state": finding.isWell ? state("answers", "green", "check") : state("silent", "red", "warn"),
        ])
    }
    let breakers = report.breakers.map { name, current in
      let shown =
        switch current {
        case .closed: state("asked", "green", "check")
        case .halfOpen: state("onTrial", "amber", "clock")
        case .open: state("notAsked", "red", "warn")
        }
      return Line(isBad: current != .closed, model: ["name": self.name(of: name), "state": shown])
    }
    return checks + breakers
  }

  private func name(of dependency: String) -> String {
    words["parts.dependencies.\(dependency)"] ?? words["parts.names.\(dependency)"] ?? dependency
  }

  private var waiting: [Line] {
    guard let backlog = report.backlog else {
      return [Line(isBad: true, model: ["name": words["parts.backlog"] ?? "", "value": words["parts.unknown"] ?? ""])]
    }
    let isOld = backlog.oldest > Self.longWait
    return [
      Line(isBad: false, model: ["name": words["parts.facts"] ?? "", "value": String(backlog.facts)]),
      Line(
        isBad: isOld,
        model: [
          "name": words["parts.oldest"] ?? "", "isBad": isOld,
          "value": words.phrase("parts.seconds", count: Int(backlog.oldest.components.seconds)),
        ]),
      Line(
        isBad: backlog.deadLetters > 0,
        model: [
          "name": words["parts.letters"] ?? "", "value": String(backlog.deadLetters),
          "isBad": backlog.deadLetters > 0,
        ]),
    ]
  }

  private func row(_ state: SwitchState) -> Model {
    let key = "switch.\(state.name)"
    var model: Model = [
      "id": state.name.rawValue, "name": words["\(key).name"] ?? state.name.rawValue,
      "what": words["\(key).what"] ?? "", "isOn": state.isOn,
      "action": Addresses.partsDesk + "/switches/\(state.name)",
      "state": state.isOn ? self.state("on", "green", "check") : self.state("off", "amber", "clock"),
    ]
    if state.isOn {
      model["choices"] = Self.minutes.map { minutes -> Model in
        ["value": String(minutes), "name": words.phrase("parts.minutes", count: minutes)]
      }
    } else {
      model["until"] =
        state.offUntil.map { words.phrase("parts.until", ["time": format.dateTime($0)]) } ?? words["parts.untilOn"]
        ?? ""
      model["by"] = words.phrase(
        "parts.by", ["name": state.changedBy, "time": state.changedAt.map(format.dateTime) ?? ""])
    }
    return model
  }
}
