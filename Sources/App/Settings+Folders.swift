import Foundation
import Pages

extension Settings {
  /// Makes the data folder where there is none. Throws `SettingFault` when it can't be written to, which may pass: it may
  /// be on a disk that comes later.
  /// - Parameter key: what names the folder.
  static func make(dataFolder folder: URL, as key: String = "data.folder") throws(SettingFault) {
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw SettingFault(
        key: key, value: folder.path,
        expected: "a folder that can be made (\(systemWords(for: error))); name one that this user may write to",
        mayPass: true)
    }
    guard FileManager.default.isWritableFile(atPath: folder.path) else {
      throw SettingFault(
        key: key, value: folder.path, expected: "a folder that this user may write to; give it to them",
        mayPass: true)
    }
  }

  /// Throws `SettingFault` when the home folder holds no such theme, else what is wrong with it.
  func readTheme() throws -> Theme {
    let folder = try shipped("Themes")
    let inside = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
    let names = inside.filter(\.isFolder).map(\.lastPathComponent).sorted()
    guard names.contains(theme) else {
      throw SettingFault(
        key: "theme.name", value: theme,
        expected: "a folder in \(folder.path); name one of those that are: \(names.joined(separator: ", "))")
    }
    return try Theme(folder: folder.appending(path: theme))
  }

  /// A folder that came with the program. Throws `SettingFault` when it isn't there.
  func shipped(_ name: String) throws(SettingFault) -> URL {
    let folder = home.appending(path: name)
    guard folder.isFolder else {
      throw SettingFault(
        key: "home.folder", value: home.path, expected: "the folder that holds \(name); name the one that does")
    }
    return folder
  }
}

extension URL {
  fileprivate var isFolder: Bool {
    var isFolder: ObjCBool = false
    return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) && isFolder.boolValue
  }
}
