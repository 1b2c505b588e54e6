<?php

/**
 * @package    Leadbridge
 * @license    GPL-2.0-or-later
 */

declare(strict_types=1);

namespace Leadbridge\Plugin\System\Leadbridge\Tests;

use PHPUnit\Framework\TestCase;

/** The plugin's own logic knows nothing of Joomla: only a thin layer does. */
final class PurityTest extends TestCase
{
    private const LAYER = ['Extension', 'Joomla', 'Field'];

    public function testOnlyTheThinLayerNamesJoomla(): void
    {
        foreach ($this->files() as $path => $code) {
            if (!\in_array(explode('/', $path)[0], self::LAYER, true)) {
                self::assertDoesNotMatchRegularExpression('/\bJoomla\\\\/', $code, $path);
            }
        }
    }

    public function testNothingIsGlobal(): void
    {
        foreach ($this->files() as $path => $code) {
            self::assertDoesNotMatchRegularExpression('/\b(JFactory|JText|JRequest)\b/', $code, $path);
            self::assertDoesNotMatchRegularExpression('/\bglobal\s+\$|\$GLOBALS|\$_(GET|POST|REQUEST|SESSION)\b/', $code, $path);
            self::assertDoesNotMatchRegularExpression('/\bstatic\s+\$|static\s+\??\w+\s+\$/', $code, $path);
        }
    }

    public function testTheOwnLogicReadsNoClockAndRollsNoDice(): void
    {
        foreach ($this->files() as $path => $code) {
            if (!\in_array(explode('/', $path)[0], self::LAYER, true)) {
                $allowed = ['Posting/MessageId.php', 'Spool/Pauses.php', 'Spool/Run.php'];
                $own = '/(?<![\w>:\\\\$])(time|microtime|hrtime|date|random_bytes|random_int|mt_rand|rand|uniqid)\(/';
                $isUsed = preg_match($own, $code) === 1;
                self::assertSame(\in_array($path, $allowed, true), $isUsed, $path);
            }
        }
    }

    public function testEveryFileIsStrictAndGuarded(): void
    {
        foreach ($this->files() as $path => $code) {
            self::assertStringContainsString("declare(strict_types=1);\n", $code, $path);
            self::assertStringContainsString("defined('_JEXEC') or die;", $code, $path);
            self::assertStringEndsWith("\n", $code, $path);
            self::assertLessThanOrEqual(250, substr_count($code, "\n"), "$path is too long");
        }
    }

    public function testEveryClassIsWhereItsNameSays(): void
    {
        foreach ($this->files() as $path => $code) {
            $folder = str_contains($path, '/') ? '\\\\' . str_replace('/', '\\\\', \dirname($path)) : '';
            $class = basename($path, '.php');
            self::assertMatchesRegularExpression(
                "/^namespace Leadbridge\\\\Plugin\\\\System\\\\Leadbridge$folder;$/m",
                $code,
                $path
            );
            self::assertMatchesRegularExpression("/^(final class|abstract class|class|interface|enum|trait) $class\\b/m", $code);
        }
    }

    /** @return  array<string, string>  code by path below src */
    private function files(): array
    {
        $src = \dirname(__DIR__) . '/plugin/src';
        $all = new \RecursiveIteratorIterator(new \RecursiveDirectoryIterator($src, \FilesystemIterator::SKIP_DOTS));
        $files = [];

        foreach ($all as $file) {
            $files[substr((string) $file, \strlen($src) + 1)] = (string) file_get_contents((string) $file);
        }

        self::assertNotSame([], $files);

        return $files;
    }
}
