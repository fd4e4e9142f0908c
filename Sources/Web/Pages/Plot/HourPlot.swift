/// How a day went beside others, hour by hour, added up from midnight: a line for each over an axis from zero, with the table
/// behind them. The drawing is stretched to its place, so what is read stands beside it as text.
public struct HourPlot: Sendable {
  public struct Day: Sendable {
    /// A class of the style sheet: `now`, `yesterday`, `last-week`.
    public let look: String
    public let name: String
    /// What there was at the time of day that it is.
    public let soFar: Int64
    /// What there was at the end of each hour from the first on, 24 at most; of a day that isn't over, of the hours that are.
    public let hours: [Int64]

    public init(look: String, name: String, soFar: Int64, hours: [Int64]) {
      self.look = look
      self.name = name
      self.soFar = soFar
      self.hours = Array(hours.prefix(24))
    }
  }

  private static let width = 288.0
  private static let height = 100.0

  private let name: String
  private let days: [Day]
  /// How much of the day is over, of 24 hours.
  private let hour: Double
  private let hue: String
  private let text: @Sendable (Int64) -> String

  /// - Parameters:
  ///   - days: the first of them is drawn last, on top.
  ///   - text: writes a value.
  public init(
    _ name: String, of days: [Day], at hour: Double, hue: String, text: @escaping @Sendable (Int64) -> String
  ) {
    self.name = name
    self.days = days
    self.hour = min(max(hour, 0), 24)
    self.hue = hue
    self.text = text
  }

  /// What `hours.mustache` is given.
  public var model: Model {
    let most = days.flatMap { $0.hours + [$0.soFar] }.max() ?? 0
    let top = PlotNumber.top(over: most)
    return [
      "plotName": name, "hue": hue, "isEmpty": most <= 0, "topText": text(top),
      "lines": days.reversed().map { ["look": $0.look, "points": points($0, under: top)] as Model },
      "nowX": PlotNumber.text(Self.width * hour / 24),
      "keys": days.map { day -> Model in
        [
          "look": day.look, "keyName": day.name, "keyText": text(day.soFar),
          // Its line goes on where that of the day that runs ends.
          "isWhole": day.hours.count == 24,
        ]
      },
      "rows": (1...24).map { row($0) },
    ]
  }

  private func row(_ hour: Int) -> Model {
    [
      "hourText": Self.clock(hour),
      "cells": days.map { day -> Model in ["cellText": hour <= day.hours.count ? text(day.hours[hour - 1]) : "–"] },
    ]
  }

  /// `09:00`.
  private static func clock(_ hour: Int) -> String { (hour < 10 ? "0" : "") + "\(hour):00" }

  private func points(_ day: Day, under top: Int64) -> String {
    var places = [(0.0, Int64(0))] + day.hours.enumerated().map { (Double($0 + 1), $1) }
    if day.hours.count < 24 { places.append((max(hour, Double(day.hours.count)), day.soFar)) }
    return places.map { hour, value in
      let y = Self.height - Self.height * Double(max(value, 0)) / Double(top)
      return "\(PlotNumber.text(Self.width * hour / 24)),\(PlotNumber.text(y))"
    }.joined(separator: " ")
  }
}
