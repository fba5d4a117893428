@echo off
rem The same as bin/hikyaku, for Windows.
setlocal
if not defined NODE_COMPILE_CACHE set "NODE_COMPILE_CACHE=%~dp0..\build\compile-cache"
"%~dp0..\node_modules\node\bin\node.exe" "%~dp0..\gateway\cli\main.ts" %*
