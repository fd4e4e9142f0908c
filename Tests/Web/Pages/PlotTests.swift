import Foundation
import Testing
import Values

@testable import Pages

@Suite struct PlotTests {
  private func text(_ model: Model, _ name: String) -> String? { model[name] as? String }
  private func models(_ model: Model, _ name: String) -> [Model] { model[name] as? [Model] ?? [] }

  @Test(arguments: [(0, 1), (1, 1), (3, 5), (7, 10), (11, 20), (328_800, 500_000), (Int64.max, Int64.max)])
  func `an axis ends at a round number above all`(most: Int64, top: Int64) {
    #expect(PlotNumber.top(over: most) == top)
  }

  private func words(_ language: Language, pair: String = "{name}: {said}") throws -> Words {
    try Words(language: language, json: Data(#"{"phrases": {"pair": "\#(pair)"}}"#.utf8))
  }

  @Test func `columns stand on zero and are as high as their values`() throws {
    let points = [0, 5, 10].map { DayPlot.Point(label: "day \($0)", value: $0) }
    let model = DayPlot("Orders", .columns, of: points, hue: "orders", try words(.en)) { "\($0) orders" }.model
    let columns = models(model, "columns")
    #expect(columns.map { text($0, "height") } == ["0", "50", "100"])
    #expect(columns.map { text($0, "y") } == ["100", "50", "0"])
    #expect(text(model, "topText") == "10 orders")
    #expect(columns.map { text($0, "tip") } == ["day 0: 0 orders", "day 5: 5 orders", "day 10: 10 orders"])
    #expect(models(model, "rows").map { text($0, "rowText") } == ["10 orders", "5 orders", "0 orders"])
    #expect(model["isEmpty"] as? Bool == false)
  }

  @Test func `what stands over a column is written as the words of the language say`() throws {
    let points = [DayPlot.Point(label: "11月24日", value: 3)]
    let words = try words(.zhHans, pair: "{name}：{said}")
    let model = DayPlot("订单", .columns, of: points, hue: "orders", words) { "\($0) 单" }.model
    #expect(models(model, "columns").map { text($0, "tip") } == ["11月24日：3 单"])
  }

  @Test func `a line goes through each day, and nothing is nothing`() throws {
    let points = [1, 2].map { DayPlot.Point(label: "", value: $0) }
    let model = DayPlot("Orders", .line, of: points, hue: "orders", try words(.en)) { String($0) }.model
    #expect(text(model, "line") == "75,50 225,0")
    let empty = DayPlot("Orders", .line, of: [], hue: "orders", try words(.en)) { String($0) }.model
    #expect(empty["isEmpty"] as? Bool == true)
  }

  @Test func `days stand beside one another from midnight on, the one that runs until now`() {
    let days = [
      HourPlot.Day(look: "now", name: "Today", soFar: 40, hours: [10, 30]),
      HourPlot.Day(look: "yesterday", name: "Yesterday", soFar: 20, hours: (1...24).map { Int64($0 * 4) }),
    ]
    let model = HourPlot("Money", of: days, at: 2.5, hue: "money") { "\($0) yuan" }.model
    #expect(text(model, "topText") == "100 yuan")
    #expect(models(model, "lines").map { text($0, "look") } == ["yesterday", "now"])
    #expect(text(models(model, "lines")[1], "points") == "0,100 12,90 24,70 30,60")
    #expect(models(model, "keys").map { text($0, "keyText") } == ["40 yuan", "20 yuan"])
    #expect(models(model, "keys").map { $0["isWhole"] as? Bool } == [false, true])
    let rows = models(model, "rows")
    #expect(rows.count == 24 && text(rows[2], "hourText") == "03:00")
    #expect(models(rows[2], "cells").map { text($0, "cellText") } == ["–", "12 yuan"])
    let nothing = HourPlot("Money", of: [HourPlot.Day(look: "now", name: "", soFar: 0, hours: [])], at: 0, hue: "money")
    {
      String($0)
    }
    #expect(nothing.model["isEmpty"] as? Bool == true)
  }

  @Test func `a bar is as full as its share of what there should be`() {
    func row(_ value: Int, _ full: Int) -> LevelPlot.Row {
      LevelPlot.Row(name: "", more: nil, address: "/", value: value, full: full, text: "")
    }
    let model = LevelPlot([row(0, 5), row(2, 5), row(9, 5), row(1, 0)]).model
    #expect(models(model, "levels").map { text($0, "width") } == ["0", "40", "100", "0"])
    #expect(models(model, "levels").map { $0["isGone"] as? Bool } == [true, false, false, false])
    #expect(LevelPlot([]).model["hasLevels"] as? Bool == false)
  }

  @Test func `states stand behind those from which they are reached, one of them marked`() {
    let states = [
      StateDiagram.State(id: "a", text: "A", next: ["b", "c"]), StateDiagram.State(id: "b", text: "B", next: ["c"]),
      StateDiagram.State(id: "c", text: "C", next: []),
    ]
    let model = StateDiagram("Moves", states, current: "b").model
    #expect(models(model, "states").map { text($0, "x") } == ["8", "232", "456"])
    #expect(models(model, "states").map { $0["isCurrent"] as? Bool } == [false, true, false])
    #expect(models(model, "moves").count == 3)
    #expect(models(model, "stateRows").map { text($0, "nextText") } == ["B, C", "C", ""])
  }

  @Test func `who calls itself a program isn't counted as a visitor`() {
    for agent in ["", "Googlebot/2.1", "python-requests/2.32", "Mozilla/5.0 (compatible; bingbot/2.0)"] {
      #expect(VisitorCount.isProgram(agent), "\(agent)")
    }
    #expect(!VisitorCount.isProgram("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"))
  }
}
