@echo off
rem The same as bin/hikyaku, for Windows.
"%~dp0..\node_modules\node\bin\node.exe" "%~dp0..\gateway\cli\main.ts" %*
