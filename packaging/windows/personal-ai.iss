; The installer for Windows, for Inno Setup 6.3 or newer. It has not been run yet: nobody who packages had Windows at hand.
;
;   1. python packaging\dev.py setup
;   2. .venv\Scripts\python -m pip install pyinstaller
;   3. set PERSONAL_AI_ROOT to this checkout, PERSONAL_AI_ICON to packaging\windows\personal-ai.ico (see make_icon.py)
;   4. .venv\Scripts\python -m PyInstaller --noconfirm --distpath build\frozen packaging\personal-ai.spec
;   5. copy llama.cpp's libraries (llama.dll, mtmd.dll, ggml*.dll) to build\frozen\personal-ai\_internal\llama_cpp\lib
;   6. iscc /DVersion=0.1.0 packaging\windows\personal-ai.iss
;
; For one person, without an administrator; the notes are elsewhere (LocalAppData\Personal AI) and stay when it is removed.

#ifndef Version
  #error Name the version: iscc /DVersion=0.1.0 personal-ai.iss
#endif
#define Root AddBackslash(SourcePath) + "..\.."

[Setup]
AppId={{6B1F4C5E-7C0B-4F3B-9B61-0E6C1B5B9A51}
AppName=Personal AI
AppVersion={#Version}
AppVerName=Personal AI {#Version}
AppPublisher=The Personal AI maintainers
DefaultDirName={localappdata}\Programs\Personal AI
DefaultGroupName=Personal AI
DisableProgramGroupPage=yes
DisableDirPage=auto
PrivilegesRequired=lowest
ArchitecturesAllowed=x64compatible
ArchitecturesInstallIn64BitMode=x64compatible
MinVersion=10.0.17763
LicenseFile={#Root}\LICENSE
OutputDir={#Root}\dist
OutputBaseFilename=personal-ai-{#Version}-windows-x86_64
SetupIconFile={#Root}\packaging\windows\personal-ai.ico
UninstallDisplayIcon={app}\personal-ai.exe
UninstallDisplayName=Personal AI
Compression=lzma2/max
SolidCompression=yes
WizardStyle=modern
CloseApplications=yes
RestartApplications=no
ChangesAssociations=yes

[Languages]
Name: "en"; MessagesFile: "compiler:Default.isl"

[Tasks]
Name: "desktopicon"; Description: "{cm:CreateDesktopIcon}"; Flags: unchecked

[InstallDelete]
; Libraries of the version before must not stay among those of this one; the learning add-on lies beside them and stays.
Type: filesandordirs; Name: "{app}\_internal"

[Files]
Source: "{#Root}\build\frozen\personal-ai\*"; DestDir: "{app}"; Flags: ignoreversion recursesubdirs createallsubdirs

[Icons]
Name: "{group}\Personal AI"; Filename: "{app}\personal-ai.exe"
Name: "{userdesktop}\Personal AI"; Filename: "{app}\personal-ai.exe"; Tasks: desktopicon

[Registry]
; Offered for models under "Open with", and never made the program that opens them by force.
Root: HKCU; Subkey: "Software\Classes\PersonalAI.Model"; ValueType: string; ValueData: "Language model (GGUF)"; Flags: uninsdeletekey
Root: HKCU; Subkey: "Software\Classes\PersonalAI.Model\DefaultIcon"; ValueType: string; ValueData: "{app}\personal-ai.exe,0"
Root: HKCU; Subkey: "Software\Classes\PersonalAI.Model\shell\open\command"; ValueType: string; ValueData: """{app}\personal-ai.exe"" ""%1"""
Root: HKCU; Subkey: "Software\Classes\.gguf\OpenWithProgids"; ValueType: none; ValueName: "PersonalAI.Model"; Flags: uninsdeletevalue

[Run]
Filename: "{app}\personal-ai.exe"; Description: "{cm:LaunchProgram,Personal AI}"; Flags: nowait postinstall skipifsilent

[UninstallDelete]
Type: filesandordirs; Name: "{app}\learning"
Type: filesandordirs; Name: "{app}\_internal"
